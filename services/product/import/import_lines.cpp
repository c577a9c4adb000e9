#include "services/kit/encoding/sha256.hpp"
#include "services/kit/encoding/utf8.hpp"
#include "services/kit/json/reader.hpp"
#include "services/product/import/csv.hpp"
#include "services/product/import/import_store.hpp"

namespace product {
namespace {

constexpr std::size_t PIECE = 64 * 1024;
constexpr std::size_t MAX_LINE = 64 * 1024;

void each_piece(const kit::http::BodyFile& file, const std::function<void(std::string_view)>& take) {
  for (std::uint64_t at = 0; at < file.size(); at += PIECE) take(file.read(at, PIECE));
}

/// Reads rows as objects by the columns of the first row.
void read_csv(const Import& import, LineErrors& errors, const std::function<void(ImportLine)>& take) {
  std::vector<std::string> columns;
  bool no_columns = false;  // the header is wrong, so that rows cannot be read
  std::vector<CsvRow> rows;
  const auto handle = [&](const CsvRow& row) {
    if (row.error) {
      errors.add(row.line, columns.empty() ? "header" : "line", *row.error);
    } else if (columns.empty()) {
      columns = read_columns(row.line, row.cells, errors);
    } else if (const auto object = object_of(row.line, columns, row.cells, errors)) {
      if (auto line = read_import_line(row.line, *object, import.currency, errors)) take(std::move(*line));
    }
    no_columns = columns.empty();
  };
  const auto handle_all = [&] {
    for (const auto& row : std::exchange(rows, {}))
      if (!no_columns) handle(row);
  };
  CsvReader reader(MAX_LINE);
  each_piece(import.file, [&](std::string_view piece) {
    if (no_columns) return;
    reader.feed(piece, rows);
    handle_all();
  });
  reader.end(rows);
  handle_all();
  if (columns.empty() && errors.none()) errors.add(1, "header", "is missing");
}

void read_object(const Import& import, std::int64_t number, std::string_view text, LineErrors& errors,
                 const std::function<void(ImportLine)>& take) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find_first_not_of(" \t") == std::string_view::npos) return;
  if (!kit::valid_utf8(text)) return errors.add(number, "line", "is not valid UTF-8");
  nlohmann::json object;
  try {
    object = kit::json::parse(text);
  } catch (const kit::Problem&) {
    return errors.add(number, "line", "is not one valid JSON object");
  }
  if (auto line = read_import_line(number, object, import.currency, errors)) take(std::move(*line));
}

void read_ndjson(const Import& import, LineErrors& errors, const std::function<void(ImportLine)>& take) {
  std::string rest;
  std::int64_t number = 1;
  bool too_long = false;
  const auto end_line = [&] {
    if (too_long)
      errors.add(number, "line", "is too long");
    else
      read_object(import, number, rest, errors, take);
    rest.clear();
    too_long = false;
    ++number;
  };
  each_piece(import.file, [&](std::string_view piece) {
    for (auto end = piece.find('\n');; end = piece.find('\n')) {
      const auto part = piece.substr(0, end);
      too_long = too_long || rest.size() + part.size() > MAX_LINE;
      if (!too_long) rest += part;
      if (end == std::string_view::npos) return;
      end_line();
      piece.remove_prefix(end + 1);
    }
  });
  if (!rest.empty() || too_long) end_line();
}

}  // namespace

void read_lines(const Import& import, LineErrors& errors, const std::function<void(ImportLine)>& take) {
  const auto begin = import.file.read(0, 2);
  if (begin == "\xFF\xFE" || begin == "\xFE\xFF")
    return errors.add(1, "line", "is UTF-16; the file must be UTF-8");
  if (import.format == ImportFormat::Csv)
    read_csv(import, errors, take);
  else
    read_ndjson(import, errors, take);
}

std::string digest_of(const kit::http::BodyFile& file) {
  kit::Sha256 hash;
  each_piece(file, [&](std::string_view piece) { hash.add(piece); });
  return kit::hex(hash.digest());
}

}  // namespace product
