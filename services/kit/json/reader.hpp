#pragma once
#include "services/kit/error/problem.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit::json {

using Json = nlohmann::json;

/// Parses a request body. Throws Problem 400 that says where, for malformed JSON, invalid UTF-8, nesting over
/// 32 deep, or a repeated key.
Json parse(std::string_view text);

struct Length {
  std::size_t min = 0;     ///< in code points
  std::size_t max = 1000;  ///< in code points
};

struct Range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// Reads one JSON object field by field and gathers all that is wrong, so that the client is told everything
/// at once. A getter that finds its field missing or wrong records it and returns nothing (or a value that is
/// not to be used); call `finish()` before using any of them: it throws Problem 422 with every field error,
/// unknown fields included. Text with control characters other than \n and \t is refused. Not thread-safe.
class Reader {
 public:
  /// Throws Problem 422 when `object` is not an object.
  explicit Reader(const Json& object, std::string path = {});

  std::string string(std::string_view field, Length length = {});  ///< required
  std::optional<std::string> optional_string(std::string_view field, Length length = {});
  std::int64_t integer(std::string_view field, Range range = {});  ///< required; 2.0 is not an integer
  std::optional<std::int64_t> optional_integer(std::string_view field, Range range = {});
  bool boolean(std::string_view field, bool otherwise);
  std::string email(
      std::string_view field);  ///< required; one address, at most 254 bytes, lower-cased domain
  std::optional<std::string> optional_email(std::string_view field);
  /// Any value: for shapes that the caller reads itself. Null when missing.
  const Json* value(std::string_view field);
  /// The array, with between `min` and `max` elements; null when missing or wrong.
  const Json* array(std::string_view field, std::size_t min, std::size_t max);

  bool has(std::string_view field) const;
  /// Records an error found by the caller.
  void error(std::string_view field, std::string reason);
  bool ok() const { return errors_.empty(); }
  /// Takes over what a reader of a nested object found.
  void merge(const Reader& nested);
  /// Throws when anything was wrong, or a field was never asked for.
  void finish();
  /// The same as `finish`, but only records unknown fields (for nested readers that are merged).
  void check_unknown();

 private:
  const Json* find(std::string_view field, bool required);
  std::string path_of(std::string_view field) const;
  const Json& object_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
  std::vector<FieldError> errors_;
};

/// Reads a positive id out of a path or query ("7"); throws Problem 400 that names the field otherwise.
std::int64_t parse_id(std::string_view text, const std::string& field);

}  // namespace kit::json
