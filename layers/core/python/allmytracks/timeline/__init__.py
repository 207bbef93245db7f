"""The timeline of an account: grants, refusals, payments, restrictions and acts, newest first."""
