#pragma once
#include "services/kit/json/reader.hpp"
#include "services/kit/money/money.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace product {

/// The fields of a product that staff edit.
struct ProductData {
  std::string name;
  std::string description;
  std::optional<std::string> category;  ///< slug
  kit::Money price;
  std::vector<std::string> images;                       ///< URLs
  nlohmann::json attributes = nlohmann::json::object();  ///< names to strings, numbers, booleans
};

/// Reads {"name","price","description"?,"category"?,"images"?,"attributes"?}; null counts as absent. Throws
/// Problem 422 that names every wrong field.
ProductData read_product_data(const nlohmann::json& body, kit::Currency currency);
/// The same as JSON, to apply a merge patch to.
nlohmann::json to_json(const ProductData& data);

/// `patch` (RFC 7396) applied to the data. Throws Problem 422.
ProductData patched(const ProductData& data, const nlohmann::json& patch);

/// The same rules for imports; errors go to the reader.
std::string read_product_name(kit::json::Reader& reader);  ///< trimmed, one line
std::vector<std::string> read_product_images(kit::json::Reader& reader);
nlohmann::json read_product_attributes(kit::json::Reader& reader);

/// Why the URL of an image is invalid ("must be …"); empty when it is valid: http or https, a host, and only
/// characters that a URL may have.
std::string image_url_error(std::string_view url);

}  // namespace product
