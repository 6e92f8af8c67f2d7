"""What a selling document says: its rows, prices, costs and totals as the policy core needs them."""
