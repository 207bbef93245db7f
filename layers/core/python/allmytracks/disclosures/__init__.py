"""The register of disclosures of members' data to others (U-V.privacy)."""
