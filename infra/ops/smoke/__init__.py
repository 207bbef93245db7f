"""`allmytracks smoke`: does what members do, on a deployment, and says which step fails."""
