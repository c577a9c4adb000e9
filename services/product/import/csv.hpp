#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace product {

/// A row of CSV; its cells are meaningless when there is an error.
struct CsvRow {
  std::int64_t line = 0;  ///< where it begins, from 1
  std::vector<std::string> cells;
  std::optional<std::string> error;
};

/// Splits CSV (RFC 4180; also with LF as line end) that comes in pieces into rows. Skips a byte order mark
/// and empty lines. A malformed row does not affect the rows after its line. Buffers at most one row of
/// `limit` bytes.
class CsvReader {
 public:
  explicit CsvReader(std::size_t limit = 64 * 1024) : limit_(limit) {}

  /// Takes the next piece and appends complete rows.
  void feed(std::string_view text, std::vector<CsvRow>& rows);
  /// Ends the text.
  void end(std::vector<CsvRow>& rows);

 private:
  enum class State { Start, Plain, Quoted, Closed, Malformed };
  void take(char c, std::vector<CsvRow>& rows);
  void fail(const char* why);
  void end_cell();
  void end_row(std::vector<CsvRow>& rows);

  const std::size_t limit_;
  State state_ = State::Start;
  CsvRow row_;
  std::string cell_;
  std::size_t size_ = 0;  ///< bytes of the current row
  std::size_t mark_ = 0;  ///< bytes of the byte order mark seen
  std::int64_t line_ = 1;
  bool carriage_ = false;  ///< the previous character was CR, possibly of a CRLF
};

}  // namespace product
