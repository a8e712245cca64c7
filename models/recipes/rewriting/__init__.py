"""Makes drafts with good rewrites of them, and teaches the shipped model to rewrite."""
