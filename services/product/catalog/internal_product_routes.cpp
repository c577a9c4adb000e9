#include "services/product/catalog/internal_product_routes.hpp"

#include "services/kit/encoding/utf8.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/kit/json/reader.hpp"

namespace product::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

constexpr std::size_t MAX_IDS = 100;

Ordered render(const Product& product) {
  return {{"id", product.id.value},
          {"name", product.name},
          {"unit_price", {{"minor", product.price.minor()}, {"currency", product.price.currency().code()}}},
          {"available", product.available}};
}

Response by_name(const Catalog& catalog, const Request& request) {
  const auto name = request.query_value("name");
  if (!name || name->empty() || !kit::valid_utf8(*name) || name->find('\0') != std::string_view::npos)
    throw kit::http::bad_query("?name", "must be a product's name");
  const auto found = catalog.find_by_name(std::string(*name), request.deadline);
  if (!found) throw kit::problem::not_found("Product not found");
  return Response::ordered(render(*found));
}

std::vector<kit::ProductId> read_ids(std::string_view text) {
  std::vector<kit::ProductId> ids;
  while (ids.size() < MAX_IDS) {
    const auto comma = text.find(',');
    ids.push_back(kit::ProductId{kit::json::parse_id(text.substr(0, comma), "?ids")});
    if (comma == std::string_view::npos) return ids;
    text.remove_prefix(comma + 1);
  }
  throw kit::http::bad_query("?ids", "must be at most " + std::to_string(MAX_IDS) + " ids");
}

Response by_ids(const Catalog& catalog, const Request& request, std::string_view text) {
  auto products = Ordered::array();
  for (const auto& known : catalog.find_many(read_ids(text), request.deadline)) {
    auto product = render(known.product);
    product["retired"] = known.retired;
    products.push_back(std::move(product));
  }
  return Response::ordered({{"products", std::move(products)}});
}

}  // namespace

void add_internal_product_routes(kit::http::Router& router, const Catalog& catalog) {
  router.get("/internal/products", [&catalog](const Request& request) {
    const auto ids = request.query_value("ids");
    return ids ? by_ids(catalog, request, *ids) : by_name(catalog, request);
  });
}

}  // namespace product::api
