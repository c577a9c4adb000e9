#include "services/kit/json/reader.hpp"

#include "services/kit/encoding/utf8.hpp"

#include <cctype>
#include <charconv>

namespace kit::json {
namespace {

constexpr int MAX_DEPTH = 32;

bool has_control(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) return true;
  }
  return false;
}

// RFC 5321's atext, and the dot between atoms.
constexpr std::string_view LOCAL_SIGNS = "!#$%&'*+-/=?^_`{|}~.";

/// One address of the common form: RFC 5321's dot-string, and a domain of letters, digits and hyphens.
bool email_shape(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > 254 || at == std::string_view::npos || at == 0 || at > 64) return false;
  const auto local = text.substr(0, at);
  const auto domain = text.substr(at + 1);
  const auto dotted = [](std::string_view part) {
    return !part.empty() && part.front() != '.' && part.back() != '.' &&
           part.find("..") == std::string_view::npos;
  };
  for (const char c : local) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return false;
    if (!std::isalnum(byte) && LOCAL_SIGNS.find(c) == std::string_view::npos) return false;
  }
  for (const char c : domain) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (!std::isalnum(byte) && c != '-' && c != '.')) return false;
  }
  return dotted(local) && dotted(domain) && domain.find('.') != std::string_view::npos;
}

std::string quantity_reason(Length length) {
  if (length.min == 0) return "must have at most " + std::to_string(length.max) + " characters";
  return "must have " + std::to_string(length.min) + " to " + std::to_string(length.max) + " characters";
}

std::string range_reason(Range range) {
  if (range.max == std::numeric_limits<std::int64_t>::max())
    return "must be at least " + std::to_string(range.min);
  return "must be between " + std::to_string(range.min) + " and " + std::to_string(range.max);
}

}  // namespace

Json parse(std::string_view text) {
  if (text.empty()) throw problem::malformed("the body is empty; JSON is expected");
  if (!valid_utf8(text)) throw problem::malformed("the body is not valid UTF-8");
  std::vector<std::set<std::string>> keys;  ///< of the objects that are open
  using Event = Json::parse_event_t;
  const auto check = [&keys](int depth, Event event, const Json& value) {
    if ((event == Event::object_start || event == Event::array_start) && depth >= MAX_DEPTH)
      throw problem::malformed("the body is nested more than " + std::to_string(MAX_DEPTH) + " deep");
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.get<std::string>()).second)
      throw problem::malformed("the key \"" + value.get<std::string>().substr(0, 64) + "\" comes twice");
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::parse_error& error) {
    throw problem::malformed("the body is not valid JSON near byte " + std::to_string(error.byte));
  } catch (const Json::out_of_range&) {
    throw problem::malformed("the body has a number that is out of range");
  }
}

Reader::Reader(const Json& object, std::string path) : object_(object), path_(std::move(path)) {
  if (!object.is_object()) throw problem::invalid(path_.empty() ? "body" : path_, "must be a JSON object");
}

std::string Reader::path_of(std::string_view field) const {
  return path_.empty() ? std::string(field) : path_ + "." + std::string(field);
}

void Reader::error(std::string_view field, std::string reason) {
  errors_.push_back({path_of(field), std::move(reason)});
}

bool Reader::has(std::string_view field) const { return object_.contains(field); }

const Json* Reader::find(std::string_view field, bool required) {
  asked_.emplace(field);
  const auto found = object_.find(std::string(field));
  if (found != object_.end() && !found->is_null()) return &*found;
  if (required) error(field, "is required");
  return nullptr;
}

std::optional<std::string> Reader::optional_string(std::string_view field, Length length) {
  const auto* value = find(field, false);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    error(field, "must be a string");
    return std::nullopt;
  }
  const auto& text = value->get_ref<const std::string&>();
  const auto points = count_code_points(text);
  if (points < length.min || points > length.max) {
    error(field, quantity_reason(length));
  } else if (has_control(text)) {
    error(field, "must not have control characters");
  } else if (length.min > 0 && text.find_first_not_of(" \t\n") == std::string::npos) {
    error(field, "must not be blank");
  }
  return text;
}

std::string Reader::string(std::string_view field, Length length) {
  if (!find(field, true)) return {};
  return optional_string(field, length).value_or("");
}

std::optional<std::int64_t> Reader::optional_integer(std::string_view field, Range range) {
  const auto* value = find(field, false);
  if (!value) return std::nullopt;
  if (!value->is_number_integer()) {
    // A number too large for 64 bits is parsed as a float: it is out of range rather than of the wrong type.
    const bool large = value->is_number_float() && std::abs(value->get<double>()) >= 9.2e18;
    error(field, large ? range_reason(range) : "must be an integer");
    return std::nullopt;
  }
  const bool too_large =
      value->is_number_unsigned() &&
      value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto number = too_large ? std::numeric_limits<std::int64_t>::max() : value->get<std::int64_t>();
  if (too_large || number < range.min || number > range.max) error(field, range_reason(range));
  return number;
}

std::int64_t Reader::integer(std::string_view field, Range range) {
  if (!find(field, true)) return 0;
  return optional_integer(field, range).value_or(0);
}

bool Reader::boolean(std::string_view field, bool otherwise) {
  const auto* value = find(field, false);
  if (!value) return otherwise;
  if (!value->is_boolean()) {
    error(field, "must be true or false");
    return otherwise;
  }
  return value->get<bool>();
}

std::optional<std::string> Reader::optional_email(std::string_view field) {
  const auto* value = find(field, false);
  if (!value) return std::nullopt;
  if (!value->is_string() || !email_shape(value->get_ref<const std::string&>())) {
    error(field, "must be an e-mail address");
    return std::nullopt;
  }
  auto address = value->get<std::string>();
  for (auto at = address.find('@'); at < address.size(); ++at) {
    address[at] = static_cast<char>(std::tolower(static_cast<unsigned char>(address[at])));
  }
  return address;
}

std::string Reader::email(std::string_view field) {
  if (!find(field, true)) return {};
  return optional_email(field).value_or("");
}

const Json* Reader::value(std::string_view field) { return find(field, false); }

const Json* Reader::array(std::string_view field, std::size_t min, std::size_t max) {
  const auto* value = find(field, min > 0);
  if (!value) return nullptr;
  if (!value->is_array()) {
    error(field, "must be an array");
    return nullptr;
  }
  if (value->size() < min || value->size() > max) {
    error(field, "must have " + std::to_string(min) + " to " + std::to_string(max) + " elements");
    return nullptr;
  }
  return value;
}

void Reader::merge(const Reader& nested) {
  errors_.insert(errors_.end(), nested.errors_.begin(), nested.errors_.end());
}

void Reader::check_unknown() {
  for (const auto& [name, value] : object_.items()) {
    if (!asked_.contains(name)) error(name.substr(0, 64), "is not known here");
  }
}

void Reader::finish() {
  check_unknown();
  if (!errors_.empty()) throw problem::invalid(errors_);
}

std::int64_t parse_id(std::string_view text, const std::string& field) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id < 1) {
    throw Problem(400, "Malformed request", field + " must be a positive integer")
        .field(field, "must be a positive integer");
  }
  return id;
}

}  // namespace kit::json
