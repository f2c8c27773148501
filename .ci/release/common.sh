# shellcheck shell=bash
# What the scripts of a release share: names, dates and tools. To be sourced from the root of the project.
#
# | variable | means | default |
# | --- | --- | --- |
# | PAYCTL_REPOSITORY | the project's address, from which a release is downloaded | the one below |
# | PAYCTL_TOOLS | where tools that are missing are installed | target/tools |
# | SOURCE_DATE_EPOCH | the time of every file of a release | when HEAD was committed |

# The only place that has an address. The workflow sets the one of the repository in which it runs.
export PAYCTL_REPOSITORY=${PAYCTL_REPOSITORY:-https://github.com/OWNER/payctl}

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export version SOURCE_DATE_EPOCH
# Names are sorted, texts compared and dates written in one way, wherever this runs.
export LC_ALL=C TZ=UTC
umask 022

tools=${PAYCTL_TOOLS:-$PWD/target/tools}
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
export PATH=$tools/bin:$PATH

# A tool of cargo, at the version of the release. Its own target folder makes a second call cheap.
cargo_tool() {
    grep -qs "^\"cargo-$1 $2 " "$tools/.crates.toml" ||
        CARGO_TARGET_DIR=$tools/build cargo install --locked --quiet --root "$tools" "cargo-$1@$2"
}

# A package of Debian, if the program that it brings is not there.
debian_tool() {
    command -v "$1" >/dev/null && return
    local sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -q
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends "$2"
}

# The compiler for C of the programs for Linux, in an environment of its own.
zig_tool() {
    if [ ! -x "$tools/zig/bin/cargo-zigbuild" ]; then
        python3 -m venv "$tools/zig"
        "$tools/zig/bin/pip" install --quiet --require-hashes --no-deps -r .ci/release/zig.txt
    fi
    export PATH=$tools/zig/bin:$PATH
}

# Where cargo puts what it builds, with the slashes of the shell.
target_folder() {
    cargo metadata --locked --format-version 1 --no-deps |
        sed 's/.*"target_directory":"\([^"]*\)".*/\1/; s#\\\\#/#g'
}
