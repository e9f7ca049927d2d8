"""From the sources to an installation on AWS: bundles, template, deployment. No function imports it."""
