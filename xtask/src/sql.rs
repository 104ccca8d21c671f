//! `sql`: the committed description of every query (`.sqlx`), made anew from the migrations and the sources.
//!
//! The migrations build a plain database in `target`; the query macros of the vault are then expanded against it. Only the
//! first half needs a database library, so only that half is compiled with one: this program starts itself with the feature
//! `sql` for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::args::Args;
use crate::error::{At, Error};
use crate::process::{Program, files, fresh, root, target, touch};

/// Writes `.sqlx`, or with `--check` only says whether it would change.
pub fn command(mut args: Args) -> Result<(), Error> {
    let check = args.flag("--check");
    args.finish()?;
    let database = target().join("dev.db");
    let run = ["--quiet", "--package", "xtask", "--features", "sql", "--", "sql-apply"];
    Program::cargo("run").args(run).arg(&database).run()?;
    let made = target().join("sqlx-new");
    describe(&database, &made)?;
    let kept = root().join(".sqlx");
    let (new, old) = (contents(&made)?, contents(&kept)?);
    if new == old {
        println!("{} queries; .sqlx is up to date.", new.len());
        return Ok(());
    }
    if check {
        return Err(Error::Broken(
            "the queries or migrations changed but .sqlx did not. Run `cargo xtask sql` and commit it.".to_owned(),
        ));
    }
    if kept.exists() {
        std::fs::remove_dir_all(&kept).at(&kept)?;
    }
    std::fs::rename(&made, &kept).at(&kept)?;
    println!("{} queries described in .sqlx; there were {}.", new.len(), old.len());
    Ok(())
}

/// Expands every query macro of the vault against the database; the macros write one file for each query.
fn describe(database: &Path, made: &Path) -> Result<(), Error> {
    fresh(made)?;
    // Nothing changed as far as Cargo can see, yet the macros have to run.
    touch(&root().join("crates/vault/src/lib.rs"))?;
    Program::cargo("check")
        .args(["-p", "conclave-vault"])
        .env("DATABASE_URL", format!("sqlite://{}", database.display()))
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", made)
        .run()
}

fn contents(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Error> {
    let mut contents = BTreeMap::new();
    for path in files(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        contents.insert(name, std::fs::read(&path).at(&path)?);
    }
    Ok(contents)
}

/// Without the feature there is nothing to apply migrations with.
#[cfg(not(feature = "sql"))]
pub fn apply(_: Args) -> Result<(), Error> {
    Err(Error::Use("`sql-apply` is a part of `cargo xtask sql`; run that.".to_owned()))
}

/// Builds a new database from the migrations, in the order of their names, at the path that is given.
#[cfg(feature = "sql")]
pub fn apply(mut args: Args) -> Result<(), Error> {
    let database =
        PathBuf::from(args.word().ok_or_else(|| Error::Use("the path of the database is missing.".to_owned()))?);
    args.finish()?;
    // A build that runs at the same time may be reading the old one, so it is replaced, not written into.
    let beside = database.with_extension("db.new");
    if beside.exists() {
        std::fs::remove_file(&beside).at(&beside)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().at(&beside)?;
    runtime.block_on(migrate(&beside))?;
    std::fs::rename(&beside, &database).at(&database)
}

#[cfg(feature = "sql")]
async fn migrate(database: &Path) -> Result<(), Error> {
    use sqlx::{ConnectOptions, Connection};
    let failed = |what: &Path, error: sqlx::Error| Error::Broken(format!("{}: {error}.", what.display()));
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database).create_if_missing(true);
    let mut connection = options.connect().await.map_err(|error| failed(database, error))?;
    let migrations = files(&root().join("migrations"))?;
    for path in migrations.iter().filter(|path| path.extension().is_some_and(|ending| ending == "sql")) {
        let text = std::fs::read_to_string(path).at(path)?;
        // The text is the project's own migration.
        let script = sqlx::raw_sql(sqlx::AssertSqlSafe(text));
        script.execute(&mut connection).await.map_err(|error| failed(path, error))?;
    }
    connection.close().await.map_err(|error| failed(database, error))
}
