"""What is sent again and again, or by itself: templates, and what is to come of them."""
