//! The rows. Words are separated by blanks; `-` is nothing.

/// A move that the audit log may show.
#[derive(Debug)]
pub(super) struct AuditRow {
    pub(super) what: &'static str,
    pub(super) rule: &'static str,
    from: &'static str,
    to: &'static str,
}

impl AuditRow {
    pub(super) fn leads(&self, from: &str, to: &str) -> bool {
        has(self.from, from) && has(self.to, to)
    }
}

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

const fn row(
    what: &'static str,
    rule: &'static str,
    from: &'static str,
    to: &'static str,
) -> AuditRow {
    AuditRow {
        what,
        rule,
        from,
        to,
    }
}

/// A try that a gateway shows for the first time comes from nothing, as if it had been created before.
pub(super) const AUDIT: &[AuditRow] = &[
    row(
        "payment",
        "-",
        "-",
        "created pending challenged failed cancelled expired",
    ),
    row("payment", "P1", "-", "created"),
    row("payment", "P19", "-", "created"),
    row(
        "payment",
        "P1",
        "created failed cancelled expired",
        "cancelled",
    ),
    row(
        "payment",
        "O17",
        "created failed cancelled expired",
        "cancelled",
    ),
    // It is queried once more.
    row("payment", "H1", "expired", "expired"),
    // Money went back by hand.
    row("payment", "R1", "paid", "paid"),
    row("payment", "R1", "mismatch", "mismatch"),
    row("payment", "R1", "reversed", "reversed"),
    row(
        "payment",
        "P2",
        "created failed cancelled expired",
        "created pending failed",
    ),
    row(
        "payment",
        "P4",
        "- created failed cancelled expired",
        "pending",
    ),
    row(
        "payment",
        "P5",
        "- created pending failed cancelled expired",
        "challenged",
    ),
    row(
        "payment",
        "P6",
        "- created pending challenged failed cancelled expired mismatch",
        "paid",
    ),
    row(
        "payment",
        "P7",
        "- created pending challenged failed cancelled expired reversed",
        "mismatch",
    ),
    row(
        "payment",
        "P8",
        "- created pending challenged",
        "failed cancelled expired",
    ),
    row("payment", "P10", "created", "expired"),
    row("payment", "P14", "paid mismatch", "reversed"),
    row(
        "payment",
        "P15",
        "- created pending challenged failed cancelled expired reversed",
        "paid mismatch",
    ),
    row("payment", "P15", "paid", "paid"),
    row("payment", "P15", "mismatch", "mismatch"),
    row(
        "payment",
        "P16",
        "- created pending challenged failed cancelled expired reversed",
        "paid mismatch",
    ),
    row("payment", "P16", "paid", "paid"),
    row("payment", "P16", "mismatch", "mismatch"),
    row("payment", "P17", "reversed", "paid"),
    // The opening got no answer, and what is known of it stays.
    row("payment", "P3", "created", "created"),
    row("payment", "P18", "created", "created"),
    row("payment", "P20", "-", "paid"),
    // A person accepts another amount, or decides about one.
    row("payment", "P7", "mismatch", "paid"),
    row("payment", "P21", "paid", "reversed"),
    row("payment", "P25", "paid", "paid"),
    row("payment", "P25", "mismatch", "mismatch"),
    row("payment", "P26", "paid", "paid"),
    row("payment", "P26", "mismatch", "mismatch"),
    row("payment", "P28", "-", "created failed cancelled expired"),
    row(
        "order",
        "O1",
        "-",
        "pending paid fulfilled expired cancelled refunded",
    ),
    row("order", "O2", "pending", "paid"),
    row("order", "O3", "pending", "expired"),
    row("order", "O7", "pending", "expired"),
    row("order", "O7b", "pending", "expired cancelled"),
    row("order", "O8", "pending", "cancelled"),
    row("order", "O8b", "paid fulfilled", "cancelled"),
    // A person may bring back what ended in another way.
    row("order", "O9", "expired cancelled refunded", "paid"),
    row("order", "O12", "paid", "fulfilled"),
    row("order", "O13", "paid", "cancelled fulfilled"),
    row("order", "O15", "pending paid fulfilled", "refunded"),
    row("effect", "E1", "-", "queued"),
    row("effect", "E2", "running", "done"),
    row("effect", "E3", "running", "waiting"),
    row("effect", "E4", "running", "dead"),
    row("effect", "E5", "running", "waiting"),
    row("effect", "E6", "running", "uncertain"),
    row(
        "effect",
        "E7",
        "queued waiting dead uncertain running",
        "cancelled",
    ),
    row("effect", "E8", "queued waiting dead uncertain", "queued"),
    row(
        "effect",
        "E9",
        "queued waiting dead uncertain running",
        "cancelled",
    ),
    row("effect", "E10", "done", "queued"),
    // A person did it by hand.
    row("effect", "O13", "dead uncertain", "done"),
    row("refund", "O2", "-", "due"),
    row("refund", "O8b", "-", "due"),
    row("refund", "O10", "-", "due"),
    row("refund", "O11", "-", "due"),
    row("refund", "O13", "-", "due"),
    row("refund", "O18", "-", "due"),
    row("refund", "P7", "-", "due"),
    row("refund", "O2b", "-", "due"),
    row("refund", "R1", "-", "due"),
    row("refund", "R1", "due", "approved rejected"),
    row("refund", "R1", "approved", "sent done rejected failed"),
    row("refund", "O9", "due approved", "rejected"),
    row("refund", "R1", "rejected", "done"),
    row("refund", "R1", "sent unknown", "sent done failed unknown"),
    row("refund", "R2", "sent unknown", "approved"),
    row("refund", "R3", "sent unknown approved", "done failed"),
    row("refund", "O11", "due approved", "rejected"),
    row("refund", "O11b", "due", "rejected"),
    row("refund", "P14", "due approved", "rejected"),
    row("refund", "P15", "-", "external due"),
    row(
        "refund",
        "P15",
        "unknown sent approved due",
        "done rejected",
    ),
    row("refund", "P16", "due approved", "rejected"),
    row("refund", "P16", "-", "due"),
    row("refund", "P21", "due approved", "rejected"),
    row("refund", "P25", "done external", "failed"),
    row("refund", "P25", "-", "due"),
];

/// Rules by which only an answer of its gateway moves a payment.
pub(super) const BY_ANSWER: &[&str] = &[
    "P4", "P5", "P6", "P8", "P10", "P14", "P15", "P16", "P17", "P25", "P26",
];

/// What an answer says, beside the amount that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Pending,
    Challenged,
    Right,
    /// Another amount. More may be a fee that the gateway has added and explains.
    Less,
    More,
    Failed,
    Cancelled,
    Expired,
    Closed,
}

/// Where an answer leads. What may happen depends on more than this answer.
#[derive(Debug)]
pub(super) struct LeadRow {
    pub(super) rule: &'static str,
    from: &'static str,
    pub(super) said: &'static [Said],
    pub(super) to: &'static [&'static str],
    pub(super) force: Force,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Force {
    Must,
    May,
}

impl LeadRow {
    pub(super) fn is_about(&self, from: &str, said: Said) -> bool {
        has(self.from, from) && self.said.contains(&said)
    }
}

const fn must(
    rule: &'static str,
    from: &'static str,
    said: &'static [Said],
    to: &'static [&'static str],
) -> LeadRow {
    LeadRow {
        rule,
        from,
        said,
        to,
        force: Force::Must,
    }
}

const fn may(
    rule: &'static str,
    from: &'static str,
    said: &'static [Said],
    to: &'static [&'static str],
) -> LeadRow {
    LeadRow {
        force: Force::May,
        ..must(rule, from, said, to)
    }
}

const OPEN: &str = "created pending challenged";
const UNPAID: &str = "created pending challenged failed cancelled expired";

pub(super) const ANSWERS: &[LeadRow] = &[
    must(
        "P4",
        "created failed cancelled expired",
        &[Said::Pending],
        &["pending"],
    ),
    must(
        "P5",
        "created pending failed cancelled expired",
        &[Said::Challenged],
        &["challenged"],
    ),
    must("P6", UNPAID, &[Said::Right], &["paid"]),
    must("P6", "mismatch", &[Said::Right], &["paid", "mismatch"]),
    must("P7", UNPAID, &[Said::Less], &["mismatch"]),
    must("P7", UNPAID, &[Said::More], &["mismatch", "paid"]),
    must("P8", OPEN, &[Said::Failed], &["failed"]),
    must("P8", OPEN, &[Said::Cancelled], &["cancelled"]),
    must("P8", OPEN, &[Said::Expired], &["expired"]),
    may("P8", OPEN, &[Said::Closed], &["expired", "cancelled"]),
    may("P10", "created", &[Said::Nothing], &["expired"]),
    may(
        "P14",
        "paid mismatch",
        &[Said::Failed, Said::Cancelled],
        &["reversed"],
    ),
    must("P17", "reversed", &[Said::Right], &["paid"]),
    must(
        "P7",
        "reversed",
        &[Said::Less, Said::More],
        &["mismatch", "paid"],
    ),
];
