//! What people mistype: each refusal says what is wrong in words, and what may have been meant.

use payctl::exit::Exit;

use crate::world::Shop;

/// A shop with one product and one order.
fn shop() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 25000",
        "order create --number INV-1 --line seat:1",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

#[test]
fn a_mistyped_line_is_refused_in_words() {
    let shop = shop();
    let negative = "must not be negative";
    let whole = "must be a whole number";
    let other_case = "there is INV-1; upper and lower case matter";
    let (failed, usage) = (Exit::Failed, Exit::Usage);
    for (line, exit, told) in [
        ("order create --number X --total -5", usage, negative),
        (
            "approve INV-1 --yes --reason x --amount -5",
            usage,
            negative,
        ),
        ("order list --limit -5", usage, negative),
        ("check-all --limit -3", usage, negative),
        ("order list --limit abc", usage, whole),
        ("check-all --limit abc", usage, whole),
        ("product set seat --price abc", usage, "is no clear amount"),
        ("order show inv-1", failed, other_case),
        ("why inv-1", failed, other_case),
        ("order extend inv-1 --by 30m", failed, other_case),
        ("order cancel inv-1 --reason x", failed, other_case),
        ("pay inv-1 --gateway midtrans", failed, other_case),
        ("refund list --order inv-1", failed, other_case),
        (
            "approve inv-1 --yes --reason x",
            failed,
            "there is INV-1; upper and lower case",
        ),
        (
            "case list --order NOPE",
            failed,
            "no order is numbered NOPE",
        ),
        (
            "ticket list --order NOPE",
            failed,
            "no order is numbered NOPE",
        ),
        (
            "fulfil list --order NOPE",
            failed,
            "no order is numbered NOPE",
        ),
        ("ticket list --product seet", failed, "did you mean seat?"),
        ("access list --product seet", failed, "did you mean seat?"),
        ("product show nothing", failed, "payctl product list"),
        (
            "order list --gateway midtrams",
            failed,
            "did you mean midtrans?",
        ),
        (
            "order list --gateway nope",
            failed,
            "there are: midtrans, pakasir, manual",
        ),
        ("chek-all", usage, "check-all"),
    ] {
        let refused = shop.run(line).ended(exit).all();
        assert!(refused.contains(told), "{line}: {refused}");
    }
    for line in [
        "order list --gateway manual",
        "order list --gateway pakasir",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
}

#[test]
fn nobody_is_led_to_a_command_that_writes() {
    let shop = shop();
    for (line, never) in [
        ("order crate", "'cancel'"),
        ("refund lsit", "'reject'"),
        ("case shwo 1", "'resolve'"),
        ("ticket read X", "'redeem'"),
        ("order see INV-1", "'extend'"),
        ("expired", "'approve'"),
    ] {
        let refused = shop.run(line).ended(Exit::Usage).all();
        assert!(!refused.contains(never), "{line}: {refused}");
    }
}

#[test]
fn a_wrong_path_is_refused_plainly() {
    let shop = Shop::bare();
    let folder = shop.folder.path();
    std::fs::create_dir(folder.join("shop")).unwrap();
    for (line, told) in [
        ("order list --db shop", "shop is a folder"),
        ("product set seat --price 1 --db shop", "shop is a folder"),
        ("order list --db none/shop.db", "none does not exist"),
        (
            "product set seat --price 1 --db none/shop.db",
            "none does not exist",
        ),
        ("order list", "and no configuration"),
        ("check-all", "payctl.toml"),
        ("order list --db other.db", "there is no payctl database at"),
    ] {
        let refused = shop.run(line).ended(Exit::Config).all();
        assert!(refused.contains(told), "{line}: {refused}");
    }
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
