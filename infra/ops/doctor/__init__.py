"""`allmytracks doctor`: what a deployment still lacks; checks that only AWS can answer among them."""
