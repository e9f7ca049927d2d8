"""Pages for people: the client portal and operators. Styles and scripts are files."""
