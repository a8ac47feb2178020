"""What the API shows: types without behaviour; `graph.nodes` fills them."""
