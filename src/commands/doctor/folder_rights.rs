//! Who else may read or change a folder on Windows, from the text in which `icacls /save` writes its rights (SDDL).

/// What users may do who neither own the folder nor administer the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OthersRights {
    Nothing,
    Read,
    Change,
}

/// Groups that everybody who may log in belongs to, as the text names them: everyone, authenticated users, users,
/// interactive, network, anonymous, guests, and users and guests of the domain. (Microsoft Learn, "SID strings".)
const OPEN_GROUPS: [&str; 9] = ["WD", "AU", "BU", "IU", "NU", "AN", "BG", "DU", "DG"];

/// The same groups by number, as some machines write them; of a domain the end counts.
const NUMBERS: [&str; 8] = [
    "S-1-1-0",
    "S-1-5-11",
    "S-1-5-32-545",
    "S-1-5-4",
    "S-1-5-2",
    "S-1-5-7",
    "S-1-5-32-546",
    "S-1-5-13",
];
const DOMAIN_ENDS: [&str; 2] = ["-513", "-514"];

/// Bits of a right over a folder. (Microsoft Learn, "File Access Rights Constants", "ACE strings".)
const LIST: u32 = 0x1;
const ADD_FILE: u32 = 0x2;
const ADD_FOLDER: u32 = 0x4;
const DELETE_CHILD: u32 = 0x40;
const DELETE: u32 = 0x1_0000;
const WRITE_RIGHTS: u32 = 0x4_0000;
const WRITE_OWNER: u32 = 0x8_0000;
const ALL: u32 = 0x1000_0000;
const WRITE: u32 = 0x4000_0000;
const READ: u32 = 0x8000_0000;

const CHANGING: u32 =
    ADD_FILE | ADD_FOLDER | DELETE_CHILD | DELETE | WRITE_RIGHTS | WRITE_OWNER | ALL | WRITE;
const READING: u32 = LIST | READ;

/// Rights of two letters.
const RIGHTS: [(&str, u32); 21] = [
    ("GA", ALL),
    ("GR", READ),
    ("GW", WRITE),
    ("GX", 0x2000_0000),
    ("RC", 0x2_0000),
    ("SD", DELETE),
    ("WD", WRITE_RIGHTS),
    ("WO", WRITE_OWNER),
    ("FA", 0x1F_01FF),
    ("FR", 0x12_0089),
    ("FW", 0x12_0116),
    ("FX", 0x12_00A0),
    ("CC", LIST),
    ("DC", ADD_FILE),
    ("LC", ADD_FOLDER),
    ("SW", 0x8),
    ("RP", 0x10),
    ("WP", 0x20),
    ("DT", DELETE_CHILD),
    ("LO", 0x80),
    ("CR", 0x100),
];

/// What the text allows others. What only refuses is not counted: it can only make the rights fewer. `None`: it is not
/// such a text, or says something unknown.
pub(super) fn others_rights(sddl: &str) -> Option<OthersRights> {
    let (_, list) = sddl.trim().split_once("D:")?;
    // Whom the access is recorded of stands behind it.
    let list = list.split("S:").next()?;
    // No list at all is open to everybody.
    let (flags, mut rest) = list.split_at(list.find('(').unwrap_or(list.len()));
    if flags.contains("NO_ACCESS_CONTROL") {
        return Some(OthersRights::Change);
    }
    // Protected, or inherited: anything else is another text, such as a path.
    if !flags
        .chars()
        .all(|letter| matches!(letter, 'P' | 'A' | 'I' | 'R'))
    {
        return None;
    }
    let mut found = OthersRights::Nothing;
    while let Some(entry) = rest.strip_prefix('(') {
        let (entry, after) = entry.split_once(')')?;
        found = found.max(entry_rights(entry)?);
        rest = after;
    }
    rest.trim().is_empty().then_some(found)
}

/// `kind;flags;rights;object;object;whom`
fn entry_rights(entry: &str) -> Option<OthersRights> {
    let fields: Vec<&str> = entry.split(';').collect();
    let [kind, _, rights, _, _, whom, ..] = fields.as_slice() else {
        return None;
    };
    let allows = matches!(*kind, "A" | "OA" | "XA" | "ZA");
    if !allows || !is_open(whom) {
        return Some(OthersRights::Nothing);
    }
    let mask = mask(rights)?;
    Some(if mask & CHANGING != 0 {
        OthersRights::Change
    } else if mask & READING != 0 {
        OthersRights::Read
    } else {
        OthersRights::Nothing
    })
}

fn is_open(whom: &str) -> bool {
    let is_of_domain =
        whom.starts_with("S-1-5-21-") && DOMAIN_ENDS.iter().any(|end| whom.ends_with(end));
    OPEN_GROUPS.contains(&whom) || NUMBERS.contains(&whom) || is_of_domain
}

/// `0x1301bf`, a number, or pairs of letters.
fn mask(rights: &str) -> Option<u32> {
    if let Some(digits) = rights.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).ok();
    }
    if rights.starts_with(|letter: char| letter.is_ascii_digit()) {
        return rights.parse().ok();
    }
    let mut mask = 0;
    let mut rest = rights;
    while !rest.is_empty() {
        let (pair, after) = rest.split_at_checked(2)?;
        let (_, bits) = RIGHTS.iter().find(|(name, _)| *name == pair)?;
        mask |= bits;
        rest = after;
    }
    Some(mask)
}

/// The rights in what `icacls FOLDER /save FILE` writes: the name on one line, its rights on the next, as UTF-16.
pub(super) fn saved_rights(file: &[u8]) -> Option<String> {
    let units = file.chunks_exact(2);
    let units: Vec<u16> = units
        .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
        .collect();
    let wide = String::from_utf16_lossy(&units);
    let narrow = String::from_utf8_lossy(file);
    let of = |text: &str| {
        // The name may have a drive in it.
        let mut lines = text.lines().map(str::trim);
        lines.rfind(|line| line.contains("D:")).map(str::to_owned)
    };
    of(&wide).or_else(|| of(&narrow))
}

#[cfg(test)]
mod tests {
    use super::OthersRights::{Change, Nothing, Read};
    use super::*;

    #[test]
    fn what_others_may_do_is_read() {
        for (sddl, rights) in [
            // What `icacls … /inheritance:r /grant:r` of the documents makes.
            (
                "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;LS)",
                Some(Nothing),
            ),
            // A folder made under C:\.
            (
                "D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)",
                Some(Change),
            ),
            // C:\Program Files.
            (
                "D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;AC)",
                Some(Read),
            ),
            // C:\ProgramData: every user may add files.
            (
                "D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
                Some(Change),
            ),
            // A user's own folder.
            (
                "O:S-1-5-21-1-2-3-1001D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;S-1-5-21-1-2-3-1001)",
                Some(Nothing),
            ),
            ("D:(A;;FR;;;S-1-1-0)", Some(Read)),
            ("D:(A;;FW;;;S-1-5-21-1-2-3-513)", Some(Change)),
            ("D:(A;;WO;;;WD)", Some(Change)),
            ("D:(A;;FX;;;WD)", Some(Nothing)),
            ("D:(D;;FA;;;WD)", Some(Nothing)),
            ("D:NO_ACCESS_CONTROL", Some(Change)),
            ("D:PAI(A;;FA;;;SY)S:AI(AU;SAFA;FA;;;WD)", Some(Nothing)),
            ("D:", Some(Nothing)),
            ("D:(A;;XY;;;WD)", None),
            ("D:(A;;FA;;;WD", None),
            ("D:(A;;FA)", None),
            (r"D:\toko", None),
            ("stub", None),
            ("", None),
        ] {
            assert_eq!(others_rights(sddl), rights, "{sddl}");
        }
    }

    #[test]
    fn saved_rights_are_found() {
        let text = "D:\\toko \u{5e97}\r\nD:PAI(A;;FA;;;SY)\r\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &wide].concat();
        for file in [wide.as_slice(), &marked, text.as_bytes()] {
            assert_eq!(saved_rights(file).as_deref(), Some("D:PAI(A;;FA;;;SY)"));
        }
        assert_eq!(saved_rights(b""), None);
        assert_eq!(saved_rights(b"nothing"), None);
    }
}
