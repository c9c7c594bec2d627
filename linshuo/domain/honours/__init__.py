"""彰 honours: rounds over records, who meets them, the committee's choice, the notice, objections,
certificates and their revocation. Nobody is ranked, and money is no measure of anybody."""
