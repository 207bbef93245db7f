"""The words of mails and notices, in every language that members have."""
