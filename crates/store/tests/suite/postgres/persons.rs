use tokio_postgres::Client;

use super::{admin, fresh};
use crate::contract::persons::{Cell, what_names_a_person_is_exported_and_erased_or_known_to_stay};

#[tokio::test]
async fn whatever_names_a_person_is_exported_and_erased_or_known_to_stay() {
    let Some(fresh) = fresh() else { return };
    let db = admin(&fresh.url()).await;
    let cells = async || cells(&db).await;
    what_names_a_person_is_exported_and_erased_or_known_to_stay(fresh.options(), cells).await;
}

async fn cells(db: &Client) -> Vec<Cell> {
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns
                   WHERE table_schema = 'public'";
    let mut cells = Vec::new();
    for row in db.query(columns, &[]).await.expect("read") {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let ask = format!(r#"SELECT DISTINCT "{column}"::text FROM "{table}""#);
        let rows = db.query(&ask, &[]).await.expect("read");
        let values = rows.iter().map(|row| row.get(0)).chain([None]);
        cells.extend(values.map(|value| Cell {
            table: table.clone(),
            column: column.clone(),
            value,
        }));
    }
    cells
}
