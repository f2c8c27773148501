//! References that a gateway would refuse are reported, but still registered.

use payctl::exit::Exit;

use crate::world::Shop;

#[test]
fn an_unusable_reference_is_reported() {
    let shop = Shop::new();
    for (gateway, reference, takes) in [
        ("midtrans", "INV/1", false),
        ("midtrans", "INV-1", true),
        ("pakasir", "VP-1", false),
        ("pakasir", "VPN-1", true),
    ] {
        let line = format!(
            "order create --number {gateway}-{takes} --total 25000 --gateway {gateway} --reference {reference}"
        );
        let output = shop.run(&line);
        assert_eq!(output.exit, Exit::Clean, "{}", output.all());
        let is_warned = output.stderr.contains("warning: ") && output.stderr.contains(reference);
        assert_eq!(is_warned, !takes, "{}", output.stderr);
    }
}

#[test]
fn an_import_names_lines_with_unusable_references() {
    let shop = Shop::new();
    let order = |number: &str, reference: &str| {
        format!(
            r#"{{"number":"{number}","total":25000,"payments":[{{"gateway":"midtrans","reference":"{reference}"}}]}}"#
        )
    };
    let output = shop.import(&format!("{}\n{}", order("A-1", "A-1"), order("A-2", "A/2")));
    assert_eq!(output.exit, Exit::Clean, "{}", output.all());
    assert!(
        output.stderr.contains("line 2: warning: Midtrans accepts"),
        "{}",
        output.stderr
    );
    assert!(!output.stderr.contains("line 1"), "{}", output.stderr);
}
