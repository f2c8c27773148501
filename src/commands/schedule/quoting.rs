//! Words as each scheduler reads them.

/// A word of a shell.
pub(super) fn shell(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-=:,@+".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A command as a crontab holds it: cron ends a command at `%`, and takes the backslash before it away.
pub(super) fn cron(command: &str) -> String {
    command.replace('%', r"\%")
}

/// A word of a systemd unit's command, where `%` begins a specifier. The program itself is no place for variables.
pub(super) fn systemd_program(word: &str) -> String {
    let word = word.replace('%', "%%");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-=:,@+%$".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word;
    }
    let word = word.replace('\\', r"\\").replace('"', r#"\""#);
    format!("\"{word}\"")
}

/// The same for what follows the program, where `$` begins a variable.
pub(super) fn systemd(word: &str) -> String {
    systemd_program(&word.replace('$', "$$"))
}

/// A value that takes the rest of its line in a unit.
pub(super) fn systemd_line(value: &str) -> String {
    value.replace('%', "%%")
}

/// An argument as Windows programs take their command line apart: a backslash counts only before a quotation mark.
pub(super) fn windows(word: &str) -> String {
    let needs_quotes = word.is_empty() || word.contains([' ', '\t', '"']);
    if !needs_quotes {
        return word.to_owned();
    }
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for letter in word.chars() {
        match letter {
            '\\' => backslashes += 1,
            '"' => {
                quoted.push_str(&"\\".repeat(backslashes * 2 + 1));
                backslashes = 0;
                quoted.push('"');
            }
            other => {
                quoted.push_str(&"\\".repeat(backslashes));
                backslashes = 0;
                quoted.push(other);
            }
        }
    }
    quoted.push_str(&"\\".repeat(backslashes * 2));
    quoted.push('"');
    quoted
}

/// Text between two XML tags.
pub(super) fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_letters_is_quoted() {
        for (word, quoted) in [
            ("/srv/shop/payctl.toml", "/srv/shop/payctl.toml"),
            ("/srv/my shop", "'/srv/my shop'"),
            ("/srv/rina's", r"'/srv/rina'\''s'"),
            ("/srv/$HOME`x`", "'/srv/$HOME`x`'"),
            ("", "''"),
        ] {
            assert_eq!(shell(word), quoted);
        }
        assert_eq!(cron("/srv/100%/a"), r"/srv/100\%/a");
        for (word, quoted) in [
            ("/srv/100%/a", "/srv/100%%/a"),
            ("/srv/my shop", "\"/srv/my shop\""),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("$HOME", "$$HOME"),
        ] {
            assert_eq!(systemd(word), quoted);
        }
        assert_eq!(systemd_program("/opt/$5/payctl"), "/opt/$5/payctl");
        for (word, quoted) in [
            (r"C:\shop\payctl.toml", r"C:\shop\payctl.toml"),
            (r"C:\my shop\", r#""C:\my shop\\""#),
            (r#"a "b" \"c"#, r#""a \"b\" \\\"c""#),
        ] {
            assert_eq!(windows(word), quoted);
        }
        assert_eq!(xml("a<b>&c"), "a&lt;b&gt;&amp;c");
    }
}
