#pragma once
#include "services/kit/json/reader.hpp"
#include "services/kit/money/money.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace product {

/// What staff says of a product.
struct ProductData {
  std::string name;
  std::string description;
  std::optional<std::string> category;  ///< slug
  kit::Money price;
  std::vector<std::string> images;                       ///< URLs
  nlohmann::json attributes = nlohmann::json::object();  ///< names to strings, numbers, booleans
};

/// Reads {"name","price","description"?,"category"?,"images"?,"attributes"?}; null is as if not there. Throws
/// Problem 422 that names every field that is wrong.
ProductData read_product_data(const nlohmann::json& body, kit::Currency currency);
/// The same the other way: what a merge patch is applied to.
nlohmann::json to_json(const ProductData& data);

/// `patch` (RFC 7396) applied and read again. Throws Problem 422.
ProductData patched(const ProductData& data, const nlohmann::json& patch);

/// The same rules for whoever reads a product from elsewhere (imports): what is wrong the reader is told.
std::string read_product_name(kit::json::Reader& reader);  ///< without blanks around it, one line
std::vector<std::string> read_product_images(kit::json::Reader& reader);
nlohmann::json read_product_attributes(kit::json::Reader& reader);

/// What is wrong with the address of an image ("must be …"); empty when nothing is: http or https, a host,
/// and no characters but those that a URL may have.
std::string image_complaint(std::string_view url);

}  // namespace product
