"""What the outside sees: one declaration per v4 resource."""
