"""What is kept, and every line that speaks SQL."""
