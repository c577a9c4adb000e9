#include "services/product/import/import_line.hpp"

#include "services/kit/encoding/utf8.hpp"
#include "services/kit/json/reader.hpp"
#include "services/product/catalog/product_data.hpp"
#include "services/product/stock/stock_move.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace product {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 9> COLUMNS{"sku",      "name",  "description", "category",  "price",
                                                  "currency", "stock", "images",      "attributes"};

bool is_sku(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// CRLF as LF.
std::string with_unix_line_ends(std::string text) {
  for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) text.erase(at, 1);
  return text;
}

void read_price(kit::json::Reader& reader, kit::Currency currency, ImportLine& out) {
  const auto given = reader.optional_string("currency", {3, 3});
  if (given && *given != currency.code())
    reader.error("currency", "must be " + std::string(currency.code()) + ", the shop's");
  const auto* price = reader.value("price");
  if (!price) return reader.error("price", "is required");
  const auto money = price->is_string()
                         ? kit::Money::parse(std::string_view(price->get_ref<const std::string&>()), currency)
                     : price->is_number() ? kit::Money::parse(*price, currency)
                                          : std::nullopt;
  if (!money || money->minor() < 0)
    return reader.error("price", "must be an amount of at least 0 with at most " +
                                     std::to_string(currency.decimals()) + " decimals");
  out.price_minor = money->minor();
}

}  // namespace

void LineErrors::add(std::int64_t line, std::string field, std::string reason) {
  ++total_;
  if (errors_.size() < SHOWN) errors_.push_back({line, std::move(field), std::move(reason)});
}

std::vector<LineError> LineErrors::sorted() const {
  auto out = errors_;
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  return out;
}

std::optional<ImportLine> read_import_line(std::int64_t line, const json& object, kit::Currency currency,
                                           LineErrors& errors) try {
  kit::json::Reader reader(object, "");
  ImportLine out;
  out.line = line;
  out.sku = reader.optional_string("sku", {1, 64});
  if (out.sku && !is_sku(*out.sku)) reader.error("sku", "must be visible ASCII characters");
  out.name = read_product_name(reader);
  out.description = reader.optional_string("description", {0, 10000});
  out.category = reader.optional_string("category", {1, 100});
  out.stock = reader.optional_integer("stock", {0, MAX_ON_HAND}).value_or(0);
  read_price(reader, currency, out);
  if (reader.value("images")) out.images = read_product_images(reader);
  if (reader.value("attributes")) out.attributes = read_product_attributes(reader);
  reader.finish();
  return out;
} catch (const kit::Problem& problem) {
  for (const auto& [field, reason] : problem.fields())
    errors.add(line, field == "body" ? "line" : field, reason);
  return std::nullopt;
}

std::vector<std::string> read_columns(std::int64_t line, const std::vector<std::string>& cells,
                                      LineErrors& errors) {
  const auto before = errors.total();
  for (const auto& cell : cells) {
    const bool known = std::find(COLUMNS.begin(), COLUMNS.end(), cell) != COLUMNS.end();
    const auto shown = kit::valid_utf8(cell) ? cell.substr(0, 64) : std::string("?");
    if (!known)
      errors.add(line, "header", "has a column that is not known: " + (kit::valid_utf8(shown) ? shown : "?"));
    else if (std::count(cells.begin(), cells.end(), cell) > 1)
      errors.add(line, "header", "has the column " + cell + " more than once");
  }
  for (const auto* required : {"name", "price"})
    if (std::find(cells.begin(), cells.end(), required) == cells.end())
      errors.add(line, "header", std::string("lacks the column ") + required);
  return errors.total() == before ? cells : std::vector<std::string>();
}

std::optional<json> object_of(std::int64_t line, const std::vector<std::string>& columns,
                              const std::vector<std::string>& cells, LineErrors& errors) {
  if (cells.size() != columns.size()) {
    errors.add(line, "line",
               "has " + std::to_string(cells.size()) + " cells, not " + std::to_string(columns.size()));
    return std::nullopt;
  }
  auto out = json::object();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& cell = cells[i];
    const auto& column = columns[i];
    if (!kit::valid_utf8(cell)) {
      errors.add(line, column, "is not valid UTF-8");
      return std::nullopt;
    }
    if (cell.empty()) continue;
    out[column] = with_unix_line_ends(cell);
    if (column == "stock") {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
      if (error == std::errc() && end == cell.data() + cell.size()) out[column] = number;
    } else if (column == "images") {
      std::istringstream urls(cell);
      auto images = json::array();
      for (std::string url; urls >> url;) images.push_back(url);
      out[column] = std::move(images);
    } else if (column == "attributes") {
      try {
        out[column] = kit::json::parse(cell);
      } catch (const kit::Problem&) {
        errors.add(line, column, "is not a JSON object");
        return std::nullopt;
      }
    }
  }
  return out;
}

}  // namespace product
