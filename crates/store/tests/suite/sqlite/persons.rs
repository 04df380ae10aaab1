use rusqlite::Connection;

use super::fresh;
use crate::contract::persons::{Cell, what_names_a_person_is_exported_and_erased_or_known_to_stay};

#[tokio::test]
async fn whatever_names_a_person_is_exported_and_erased_or_known_to_stay() {
    let fresh = fresh();
    let cells = async || cells(&Connection::open(fresh.path()).expect("a database"));
    what_names_a_person_is_exported_and_erased_or_known_to_stay(fresh.options(), cells).await;
}

fn cells(db: &Connection) -> Vec<Cell> {
    let columns = texts(
        db,
        "SELECT held.name || '.' || part.name FROM sqlite_schema AS held JOIN pragma_table_info(held.name) AS part
         WHERE held.type = 'table' AND held.name NOT LIKE 'sqlite_%'",
    );
    let mut cells = Vec::new();
    for named in columns.into_iter().flatten() {
        let (table, column) = named.split_once('.').expect("both are named");
        let mut values = texts(
            db,
            &format!(
                r#"SELECT DISTINCT CAST("{column}" AS TEXT) FROM "{table}" WHERE typeof("{column}") <> 'blob'"#
            ),
        );
        values.push(None);
        cells.extend(values.into_iter().map(|value| Cell {
            table: table.to_owned(),
            column: column.to_owned(),
            value,
        }));
    }
    cells
}

fn texts(db: &Connection, sql: &str) -> Vec<Option<String>> {
    let mut statement = db.prepare(sql).expect("prepared");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("texts")
}
