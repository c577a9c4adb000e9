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

/// An error in a line of an import.
struct LineError {
  std::int64_t line = 0;
  std::string field;  ///< "line" for the line as a whole
  std::string reason;
};

/// The first errors and the total number, in bounded memory.
class LineErrors {
 public:
  static constexpr std::size_t SHOWN = 1000;
  void add(std::int64_t line, std::string field, std::string reason);
  bool none() const { return total_ == 0; }
  std::int64_t total() const { return total_; }
  /// Counts further errors that are not shown.
  void add_to_total(std::int64_t more) { total_ += more; }
  /// By line.
  std::vector<LineError> sorted() const;

 private:
  std::int64_t total_ = 0;
  std::vector<LineError> errors_;
};

/// A product of a line. Absent fields keep their value or, for a new product, get the default.
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

/// Reads the object of a line; nullopt when it is invalid, with the reasons in `errors`. Prices must be in
/// `currency`.
std::optional<ImportLine> read_import_line(std::int64_t line, const nlohmann::json& object,
                                           kit::Currency currency, LineErrors& errors);

/// The columns of a CSV file from its first row; empty when that is invalid, with the reasons in `errors`.
std::vector<std::string> read_columns(std::int64_t line, const std::vector<std::string>& cells,
                                      LineErrors& errors);

/// A row as object: empty cells are left out, images are separated by spaces, attributes are a JSON object.
/// Returns nullopt when it is invalid, with the reasons in `errors`.
std::optional<nlohmann::json> object_of(std::int64_t line, const std::vector<std::string>& columns,
                                        const std::vector<std::string>& cells, LineErrors& errors);

}  // namespace product
