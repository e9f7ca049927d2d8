"""The client portal: what the holder of an invitation's link sees and may do (http.md 9)."""
