#pragma once
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace product {

/// What is wrong with a line of an import.
struct LineError {
  std::int64_t line = 0;
  std::string field;  ///< "line" for the line as a whole
  std::string reason;
};

/// The first of them, and how many there are: the memory that a bad file takes is bounded.
class LineErrors {
 public:
  static constexpr std::size_t SHOWN = 1000;
  void add(std::int64_t line, std::string field, std::string reason);
  bool none() const { return total_ == 0; }
  std::int64_t total() const { return total_; }
  /// What is counted, but was not shown by whoever found it.
  void add_uncounted(std::int64_t more) { total_ += more; }
  /// By line.
  std::vector<LineError> sorted() const;

 private:
  std::int64_t total_ = 0;
  std::vector<LineError> errors_;
};

/// A product as a line gives it. What is not given stays as it is, or is as in a new product.
struct ImportLine {
  std::int64_t line = 0;
  std::optional<std::string> sku;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> category;  ///< a slug
  std::int64_t price_minor = 0;
  std::int64_t stock = 0;  ///< of a new product
  std::optional<nlohmann::json> images;
  std::optional<nlohmann::json> attributes;
};

/// Reads a line's object; nothing when something is wrong with it, and `errors` say what. Prices must be in
/// the shop's `currency`.
std::optional<ImportLine> read_import_line(std::int64_t line, const nlohmann::json& object,
                                           kit::Currency currency, LineErrors& errors);

/// The columns of a CSV file by its first row; empty when that is wrong, and `errors` say what.
std::vector<std::string> read_columns(std::int64_t line, const std::vector<std::string>& cells,
                                      LineErrors& errors);

/// A row as the object that it stands for: empty cells are left out, images are parted by spaces, attributes
/// are a JSON object. Nothing when something is wrong, and `errors` say what.
std::optional<nlohmann::json> object_of(std::int64_t line, const std::vector<std::string>& columns,
                                        const std::vector<std::string>& cells, LineErrors& errors);

}  // namespace product
