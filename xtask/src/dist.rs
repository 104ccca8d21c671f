//! `dist`: what is handed out. The release program, a Debian package around it, and their checksums, in `target/dist`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::args::Args;
use crate::error::{At, Error};
use crate::process::{Program, copy, files, find, fresh, root, target};
use crate::{setup, shell, ui};

const VERSION: &str = env!("CARGO_PKG_VERSION");

const DESKTOP: &str = "\
[Desktop Entry]
Type=Application
Name=Conclave
GenericName=AI governance
Comment=Govern an organisation's AI systems from one encrypted vault
Exec=conclave
Icon=conclave
Terminal=false
Categories=Office;Security;
Keywords=AI;governance;risk;ethics;audit;
StartupNotify=true
";

/// Builds everything that is handed out.
pub fn command(args: Args) -> Result<(), Error> {
    args.finish()?;
    setup::ensure(setup::Purpose::Build)?;
    ui::build(ui::Profile::Release)?;
    let program = shell::build(shell::Kind::Release)?;
    let folder = target().join("dist");
    fresh(&folder)?;
    let plain = folder.join("conclave");
    copy(&program, &plain)?;
    let mut made = vec![plain];
    if find("dpkg-deb").is_some() {
        made.push(package(&program, &folder)?);
    } else {
        println!("dpkg-deb is not installed, so there is no Debian package.");
    }
    checksums(&folder, &made)?;
    for path in made {
        let size = std::fs::metadata(&path).at(&path)?.len();
        println!("{:>6.1} MiB  {}", size as f64 / 1_048_576.0, path.display());
    }
    Ok(())
}

fn package(program: &Path, folder: &Path) -> Result<PathBuf, Error> {
    let stage = target().join("dist-stage");
    fresh(&stage)?;
    copy(program, &stage.join("usr/bin/conclave"))?;
    write(&stage.join("usr/share/applications/conclave.desktop"), DESKTOP)?;
    write(&stage.join("usr/share/doc/conclave/copyright"), &copyright()?)?;
    icons(&stage)?;
    write(&stage.join("DEBIAN/control"), &control(&stage)?)?;
    permissions(&stage)?;
    let package = folder.join(format!("conclave_{VERSION}_{}.deb", architecture()?));
    Program::new("dpkg-deb").args(["--root-owner-group", "-Zxz", "--build"]).arg(&stage).arg(&package).run()?;
    std::fs::remove_dir_all(&stage).at(&stage)?;
    Ok(package)
}

fn control(stage: &Path) -> Result<String, Error> {
    let mut bytes = 0;
    for path in files(stage)? {
        bytes += std::fs::metadata(&path).at(&path)?.len();
    }
    // The program asks for no newer C library than the one that it was linked with.
    let library = Program::new("getconf").arg("GNU_LIBC_VERSION").output()?;
    let library = library.trim().trim_start_matches("glibc ");
    Ok(format!(
        "Package: conclave\n\
         Version: {VERSION}\n\
         Architecture: {}\n\
         Maintainer: Conclave maintainers\n\
         Section: misc\n\
         Priority: optional\n\
         Installed-Size: {}\n\
         Depends: libc6 (>= {library}), libgcc-s1, libgtk-3-0 | libgtk-3-0t64, libwebkit2gtk-4.1-0\n\
         Description: govern an organisation's AI systems from one encrypted vault\n \
         A security and ethics review board keeps its AI systems, assessments,\n \
         decisions, risks and evidence in one encrypted vault, and hands over an\n \
         audit pack that an outsider can check. No server, no account, no network.\n",
        architecture()?,
        bytes.div_ceil(1024),
    ))
}

fn architecture() -> Result<String, Error> {
    Ok(Program::new("dpkg").arg("--print-architecture").output()?.trim().to_owned())
}

/// The licences as they lie in the project, one after another.
fn copyright() -> Result<String, Error> {
    let mut text = String::from(
        "Conclave is licensed under either of the Apache License 2.0 or the MIT licence, at your choice.\n",
    );
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "LICENSE", "NOTICE"] {
        let path = root().join(name);
        if path.is_file() {
            text.push_str(&format!("\n---- {name}\n\n{}", std::fs::read_to_string(&path).at(&path)?));
        }
    }
    Ok(text)
}

/// Every square picture goes where desktops look for its size.
fn icons(stage: &Path) -> Result<(), Error> {
    for path in files(&root().join("src-tauri/icons"))? {
        let is_png = path.extension().is_some_and(|ending| ending == "png");
        if let (true, Some((width, height))) = (is_png, png_size(&path)?)
            && width == height
            && [16, 32, 48, 64, 128, 256, 512].contains(&width)
        {
            copy(&path, &stage.join(format!("usr/share/icons/hicolor/{width}x{height}/apps/conclave.png")))?;
        }
    }
    Ok(())
}

/// Width and height from the first chunk of a PNG file.
fn png_size(path: &Path) -> Result<Option<(u32, u32)>, Error> {
    let bytes = std::fs::read(path).at(path)?;
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
    Ok(number(16).zip(number(20)))
}

/// Folders and the program may be entered and started by everybody, files read, whatever this machine's mask is.
fn permissions(stage: &Path) -> Result<(), Error> {
    let mut folders = vec![stage.to_owned()];
    while let Some(folder) = folders.pop() {
        set_mode(&folder, 0o755)?;
        for entry in std::fs::read_dir(&folder).at(&folder)? {
            let path = entry.at(&folder)?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                set_mode(&path, if path.ends_with("bin/conclave") { 0o755 } else { 0o644 })?;
            }
        }
    }
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).at(path)
}

fn checksums(folder: &Path, made: &[PathBuf]) -> Result<(), Error> {
    let names = made.iter().filter_map(|path| path.file_name());
    let sums = Program::new("sha256sum").args(names).folder(folder).output()?;
    write(&folder.join("SHA256SUMS"), &sums)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).at(folder)?;
    }
    std::fs::write(path, text).at(path)
}
