"""The CloudFormation template, derived from the declarations that the application runs on."""
