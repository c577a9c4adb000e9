#include "services/product/import/csv.hpp"

#include <utility>

namespace product {
namespace {

constexpr std::string_view MARK = "\xEF\xBB\xBF";

}  // namespace

void CsvReader::feed(std::string_view text, std::vector<CsvRow>& rows) {
  for (const char c : text) {
    if (mark_ < MARK.size()) {
      if (c == MARK[mark_]) {
        ++mark_;
        continue;
      }
      // No byte order mark: these bytes are text.
      const auto seen = std::exchange(mark_, MARK.size());
      for (const char before : MARK.substr(0, seen)) take(before, rows);
    }
    take(c, rows);
  }
}

void CsvReader::end(std::vector<CsvRow>& rows) {
  if (mark_ < MARK.size())
    for (const char before : MARK.substr(0, std::exchange(mark_, MARK.size()))) take(before, rows);
  if (state_ == State::Quoted) fail("has a quotation mark that is never closed");
  if (carriage_ && state_ != State::Malformed) fail("has a CR that ends no line");
  if (state_ != State::Start || size_ > 0) end_row(rows);
}

void CsvReader::fail(const char* why) {
  if (!row_.error) row_.error = why;
  row_.cells.clear();
  std::string().swap(cell_);
  state_ = State::Malformed;
}

void CsvReader::end_cell() {
  row_.cells.push_back(std::exchange(cell_, {}));
  state_ = State::Start;
}

void CsvReader::end_row(std::vector<CsvRow>& rows) {
  if (state_ != State::Malformed) end_cell();
  const bool empty = !row_.error && row_.cells.size() == 1 && size_ == 0;
  if (!empty) rows.push_back(std::exchange(row_, {}));
  row_ = {};
  state_ = State::Start;
  size_ = 0;
  carriage_ = false;
}

void CsvReader::take(char c, std::vector<CsvRow>& rows) {
  if (row_.line == 0) row_.line = line_;
  if (c == '\n') ++line_;
  if (state_ == State::Quoted) {
    // Line ends are part of a quoted cell.
  } else if (c == '\n') {
    end_row(rows);
    return;
  } else if (std::exchange(carriage_, c == '\r') && state_ != State::Malformed) {
    fail("has a CR that ends no line");
  }
  if (c == '\r' && state_ != State::Quoted) return;
  if (++size_ > limit_ && state_ != State::Malformed) fail("is too long");
  if (c == ',' && state_ != State::Quoted && state_ != State::Malformed) return end_cell();
  switch (state_) {
    case State::Start:
      state_ = c == '"' ? State::Quoted : State::Plain;
      if (c != '"') cell_ += c;
      break;
    case State::Plain:
      if (c == '"') return fail("has a quotation mark within a cell that does not begin with one");
      cell_ += c;
      break;
    case State::Quoted:
      if (c == '"')
        state_ = State::Closed;
      else
        cell_ += c;
      break;
    case State::Closed:
      if (c != '"') return fail("has text after a closing quotation mark");
      cell_ += c;
      state_ = State::Quoted;
      break;
    case State::Malformed:
      break;
  }
}

}  // namespace product
