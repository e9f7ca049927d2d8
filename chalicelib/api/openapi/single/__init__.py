"""The single-purpose endpoints: what the declarations of resources do not tell."""
