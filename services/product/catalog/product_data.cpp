#include "services/product/catalog/product_data.hpp"

#include "services/kit/encoding/utf8.hpp"
#include "services/kit/json/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace product {
namespace {

using kit::json::Reader;
using nlohmann::json;

constexpr std::size_t MAX_IMAGES = 10;
constexpr std::size_t MAX_URL = 2000;
constexpr std::size_t MAX_ATTRIBUTES = 50;
constexpr std::size_t MAX_ATTRIBUTE_NAME = 64;
constexpr std::size_t MAX_ATTRIBUTE_VALUE = 500;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string trimmed(std::string text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

kit::Money read_price(Reader& reader, kit::Currency currency) {
  const kit::Money none(0, currency);
  const auto* value = reader.value("price");
  if (!value || value->is_null()) {
    reader.error("price", "is required");
    return none;
  }
  const auto price = kit::Money::parse(*value, currency);
  if (!price || price->minor() < 0) {
    reader.error("price", "must be an amount of " + std::string(currency.code()) + " with at most " +
                              std::to_string(currency.decimals()) + " decimals, and not negative");
    return none;
  }
  return *price;
}

std::string attribute_error(const std::string& name, const json& value) {
  if (name.empty() || kit::count_code_points(name) > MAX_ATTRIBUTE_NAME || has_control(name))
    return "must have a name of 1 to 64 characters, none of them control characters";
  if (value.is_boolean()) return {};
  if (value.is_number()) return std::isfinite(value.get<double>()) ? "" : "must be a finite number";
  if (!value.is_string()) return "must be a string, a number, true or false";
  const auto& text = value.get_ref<const std::string&>();
  if (kit::count_code_points(text) > MAX_ATTRIBUTE_VALUE) return "must have at most 500 characters";
  return has_control(text) ? "must not have control characters" : "";
}

bool host_ok(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 3 && host.ends_with(']') &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
               std::string_view::npos;
  }
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
         host.find("..") == std::string_view::npos && std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '.';
         });
}

bool port_ok(std::string_view port) {
  int number = 0;
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc{} && stop == port.data() + port.size() && number >= 1 && number <= 65535;
}

}  // namespace

std::string image_url_error(std::string_view url) {
  if (url.size() > MAX_URL) return "must have at most 2000 characters";
  const auto scheme = url.starts_with("https://") ? 8u : url.starts_with("http://") ? 7u : 0u;
  if (scheme == 0) return "must be an http or https URL";
  constexpr std::string_view FORBIDDEN = "\"<>\\^`{|}";
  for (const char c : url)
    if (c <= ' ' || c >= 0x7F || FORBIDDEN.find(c) != std::string_view::npos)
      return "must be percent-encoded where it has other than the characters of a URL";
  auto authority = url.substr(scheme, url.find_first_of("/?#", scheme) - scheme);
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    if (!port_ok(authority.substr(colon + 1))) return "must have a host, and no user or password";
    authority = authority.substr(0, colon);
  }
  return host_ok(authority) ? "" : "must have a host, and no user or password";
}

std::string read_product_name(Reader& reader) {
  auto name = trimmed(reader.string("name", {1, 200}));
  if (name.find_first_of("\n\t") != std::string::npos) reader.error("name", "must be one line");
  return name;
}

std::vector<std::string> read_product_images(Reader& reader) {
  std::vector<std::string> out;
  if (!reader.has("images")) return out;
  const auto* images = reader.array("images", 0, MAX_IMAGES);
  for (std::size_t i = 0; images && i < images->size(); ++i) {
    const auto& image = (*images)[i];
    const auto error = image.is_string() ? image_url_error(image.get_ref<const std::string&>())
                                         : std::string("must be a string");
    if (!error.empty())
      reader.error("images[" + std::to_string(i) + "]", error);
    else
      out.push_back(image.get<std::string>());
  }
  return out;
}

json read_product_attributes(Reader& reader) {
  json out = json::object();
  const auto* value = reader.has("attributes") ? reader.value("attributes") : nullptr;
  if (!value) return out;
  if (!value->is_object()) {
    reader.error("attributes", "must be an object");
    return out;
  }
  if (value->size() > MAX_ATTRIBUTES) reader.error("attributes", "must have at most 50 members");
  for (const auto& [name, attribute] : value->items()) {
    const auto error = attribute_error(name, attribute);
    if (!error.empty()) reader.error("attributes." + name.substr(0, 100), error);
    out[name] = attribute;
  }
  return out;
}

ProductData read_product_data(const json& body, kit::Currency currency) {
  Reader reader(body);
  ProductData out{.name = read_product_name(reader),
                  .description = reader.optional_string("description", {0, 10'000}).value_or(""),
                  .category = reader.optional_string("category", {1, 100}),
                  .price = read_price(reader, currency),
                  .images = read_product_images(reader),
                  .attributes = read_product_attributes(reader)};
  reader.finish();
  return out;
}

json to_json(const ProductData& data) {
  json out{{"name", data.name},
           {"description", data.description},
           {"price", data.price.number()},
           {"images", data.images},
           {"attributes", data.attributes}};
  if (data.category) out["category"] = *data.category;
  return out;
}

ProductData patched(const ProductData& data, const json& patch) {
  if (!patch.is_object()) Reader{patch};  // throws: must be an object
  auto whole = to_json(data);
  whole.merge_patch(patch);
  return read_product_data(whole, data.price.currency());
}

}  // namespace product
