"""What a person sees: data in, Block Kit out, no query and no arithmetic."""
