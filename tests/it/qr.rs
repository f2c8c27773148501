//! An independent scanner reads our QR codes on paper and on a dark terminal.

use payctl::exit::Exit;

use payctl::output::paint::OutputStream;

use crate::qr_scanner;
use crate::world::{Console, Shop};

/// A shop with one ticket, and the ticket's code.
fn shop() -> (Shop, String) {
    let shop = Shop::new();
    let set = "product set seat --price 0 --tickets";
    shop.run(set).ended(Exit::Clean);
    let order = "order create --number INV-1 --line seat:1";
    shop.run(order).ended(Exit::Clean);
    let code = shop.order("INV-1")["tickets"][0]["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    (shop, code)
}

#[test]
fn a_ticket_is_read_from_a_png() {
    let (shop, code) = shop();
    let line = format!("ticket show {code} --png ticket.png");
    shop.run(&line).ended(Exit::Clean);
    qr_scanner::check(&shop.folder.path().join("ticket.png"), &code);
}

#[test]
fn a_ticket_is_read_from_a_dark_terminal() {
    let (shop, code) = shop();
    let output = shop.run(&format!("ticket show {code} --qr"));
    let file = shop.folder.path().join("terminal.png");
    std::fs::write(
        &file,
        qr_scanner::photograph(&output.ended(Exit::Clean).stdout),
    )
    .unwrap();
    qr_scanner::check(&file, &code);
}

#[test]
fn a_ticket_is_read_from_an_svg() {
    let (shop, code) = shop();
    let line = format!("ticket show {} --svg ticket.svg", code.to_lowercase());
    shop.run(&line).ended(Exit::Clean);
    let svg = std::fs::read_to_string(shop.folder.path().join("ticket.svg")).unwrap();
    let file = shop.folder.path().join("svg.png");
    std::fs::write(&file, qr_scanner::print(&svg)).unwrap();
    qr_scanner::check(&file, &code);
}

#[test]
fn an_old_console_gets_no_sequences() {
    let (shop, code) = shop();
    let console = Console::default();
    let mut host = shop.host("", &console);
    host.outlets.stdout = OutputStream::Terminal;
    host.outlets.show_colours = false;
    let words = ["payctl", "ticket", "show", &code, "--qr"].map(std::ffi::OsString::from);
    let exit = payctl::commands::run(words, host);
    let output = console.output(exit).ended(Exit::Clean);
    assert!(!output.stdout.contains('\u{1b}'), "{}", output.stdout);
    assert!(output.stderr.contains("--png FILE"), "{}", output.stderr);
}
