#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace product {

/// A row of CSV; with an error when it is none, and then what it holds counts for nothing.
struct CsvRow {
  std::int64_t line = 0;  ///< where it begins, from 1
  std::vector<std::string> cells;
  std::optional<std::string> error;
};

/// Cuts CSV (RFC 4180; a lone LF ends a line, too) into rows, as it comes in pieces. A byte order mark at the
/// beginning is passed over, and so are empty lines. A row that cannot be read does not spoil those after its
/// line. Holds one row at most, of at most `limit` bytes.
class CsvReader {
 public:
  explicit CsvReader(std::size_t limit = 64 * 1024) : limit_(limit) {}

  /// More of the text; `rows` get what is complete.
  void feed(std::string_view text, std::vector<CsvRow>& rows);
  /// The text has ended.
  void end(std::vector<CsvRow>& rows);

 private:
  enum class State { Start, Plain, Quoted, Closed, Spoilt };
  void take(char c, std::vector<CsvRow>& rows);
  void spoil(const char* why);
  void end_cell();
  void end_row(std::vector<CsvRow>& rows);

  const std::size_t limit_;
  State state_ = State::Start;
  CsvRow row_;
  std::string cell_;
  std::size_t size_ = 0;  ///< of the row so far
  std::size_t mark_ = 0;  ///< bytes of the byte order mark seen; 4: no longer looked for
  std::int64_t line_ = 1;
  bool carriage_ = false;  ///< the character before was CR, and may be half of a line's end
};

}  // namespace product
