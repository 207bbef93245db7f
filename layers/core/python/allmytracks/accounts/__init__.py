"""Who the members are: sign-up, sign-in, end users, billing particulars, agreements."""
