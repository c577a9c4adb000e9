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

/// Parses a request body. Throws Problem 400 with the position for malformed JSON, invalid UTF-8, more than
/// 32 levels of nesting, or a repeated key.
Json parse(std::string_view text);

struct Length {
  std::size_t min = 0;     ///< in code points
  std::size_t max = 1000;  ///< in code points
};

struct Range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// Reads one JSON object field by field and collects all errors, so that the client gets them at once. A
/// getter whose field is missing or wrong records an error and returns nullopt or a dummy value; call
/// `finish()` before using any value: it throws Problem 422 with all field errors, unknown fields included.
/// Text with control characters other than \n and \t is rejected. Not thread-safe.
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
  /// Any value, for the caller to read. Null when missing.
  const Json* value(std::string_view field);
  /// The array, with between `min` and `max` elements; null when missing or wrong.
  const Json* array(std::string_view field, std::size_t min, std::size_t max);

  bool has(std::string_view field) const;
  /// Records an error found by the caller.
  void error(std::string_view field, std::string reason);
  bool ok() const { return errors_.empty(); }
  /// Takes over the errors of a nested object's reader.
  void merge(const Reader& nested);
  /// Throws Problem 422 for any error or unknown field.
  void finish();
  /// Only records unknown fields, for nested readers that are merged.
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
