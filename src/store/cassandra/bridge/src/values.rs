//! Bound values as C++ encoded them: for each a big-endian i32 length and its bytes; a length of -2 leaves the column as
//! it is (the protocol's "unset"). They are passed on as they are.

use scylla::serialize::row::{RowSerializationContext, SerializeRow};
use scylla::serialize::writers::RowWriter;
use scylla::serialize::SerializationError;

pub struct Values(pub Vec<u8>);

impl SerializeRow for Values {
    fn serialize(&self, _: &RowSerializationContext<'_>, writer: &mut RowWriter) -> Result<(), SerializationError> {
        let mut rest = self.0.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let cell = writer.make_cell_writer();
            match usize::try_from(i32::from_be_bytes(*length)) {
                Ok(length) => {
                    let (value, after) = after.split_at(length);
                    cell.set_value(value).map_err(SerializationError::new)?;
                    rest = after;
                }
                Err(_) => {
                    cell.set_unset();
                    rest = after;
                }
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
