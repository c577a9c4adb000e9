#include "services/kit/encoding/utf8.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/kit/json/reader.hpp"
#include "services/product/catalog/catalog_routes.hpp"

namespace product {
namespace {

std::vector<contracts::ProductId> read_ids(std::string_view text) {
  std::vector<contracts::ProductId> ids;
  while (ids.size() < contracts::MAX_OFFER_IDS) {
    const auto comma = text.find(',');
    ids.push_back(contracts::ProductId{kit::json::parse_id(text.substr(0, comma), "?ids")});
    if (comma == std::string_view::npos) return ids;
    text.remove_prefix(comma + 1);
  }
  throw kit::http::bad_query("?ids", "must be at most " + std::to_string(contracts::MAX_OFFER_IDS) + " ids");
}

}  // namespace

void InternalProductRoutes::add_to(Router& router) const {
  router.get("/internal/products", handler_of(*this, &InternalProductRoutes::find));
}

Response InternalProductRoutes::find(const Request& request) const {
  const auto ids = request.query_value("ids");
  return ids ? find_many(request, *ids) : find_by_name(request);
}

Response InternalProductRoutes::find_by_name(const Request& request) const {
  const auto name = request.query_value("name");
  if (!name || name->empty() || !kit::valid_utf8(*name) || name->find('\0') != std::string_view::npos)
    throw kit::http::bad_query("?name", "must be a product's name");
  const auto found = products_.find_by_name(std::string(*name), request.deadline);
  if (!found) throw ProductNotFound();
  return Response::json(contracts::to_json(*found));
}

Response InternalProductRoutes::find_many(const Request& request, std::string_view ids) const {
  return Response::json(contracts::to_json(products_.find_many(read_ids(ids), request.deadline)));
}

}  // namespace product
