#include "services/product/stock/stock_routes.hpp"

#include "services/kit/http/message/page.hpp"

namespace product {
namespace {

Ordered render(contracts::ProductId product, const StockState& state) {
  return {{"product_id", product.value},
          {"on_hand", state.on_hand},
          {"reserved", state.reserved},
          {"available", state.available()},
          {"low_at", state.low_at}};
}

Ordered render(const StockMove& move) {
  Ordered out{{"id", move.id}, {"change", move.change}, {"reason", move.reason}};
  if (move.order) out["order_id"] = *move.order;
  if (move.by) out["by"] = *move.by;
  if (move.note) out["note"] = *move.note;
  out["at"] = move.at;
  out["balance"] = move.balance;
  return out;
}

}  // namespace

StockRoutes::StockRoutes(const StockStore& stock, kit::Metrics& metrics) : stock_(stock), metrics_(metrics) {
  for (const auto* reason : {"received", "returned", "corrected"}) moves_counter(reason);
}

void StockRoutes::add_to(Router& router) const {
  const std::string stock = "/api/products/{id}/stock";
  router.get(stock, handler_of(*this, &StockRoutes::show));
  router.patch(stock, handler_of(*this, &StockRoutes::set_low_at));
  router.get(stock + "/moves", handler_of(*this, &StockRoutes::list_moves));
  router.post(stock + "/moves", handler_of(*this, &StockRoutes::move));
}

prometheus::Counter& StockRoutes::moves_counter(const std::string& reason) const {
  return metrics_.counter("stock_moves_total", "Changes of stock made by staff, by reason.",
                          {{"reason", reason}});
}

Response StockRoutes::show(const Request& request) const {
  const contracts::ProductId product{request.id()};
  return Response::ordered(render(product, stock_.state(product, request.deadline)));
}

Response StockRoutes::set_low_at(const Request& request) const {
  const contracts::ProductId product{request.id()};
  const auto low_at = read_low_at(request.json());
  return Response::ordered(render(product, stock_.set_low_at(product, low_at, request.deadline)));
}

Response StockRoutes::list_moves(const Request& request) const {
  const contracts::ProductId product{request.id()};
  const auto query = kit::http::PageQuery::of(request);
  const auto page = stock_.moves(product, query.after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& move : page.items) body.push_back(render(move));
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, *page.next);
  return response;
}

Response StockRoutes::move(const Request& request) const {
  const contracts::ProductId product{request.id()};
  const auto by = request.require_principal().user;
  const auto body = request.json();
  const auto move = read_move(body);
  bool moved = false;
  const auto rendered = [&](const StockMove& written, const StockState& state) {
    moved = true;
    auto out = render(written);
    out["stock"] = render(product, state);
    return kit::db::StoredResponse{201, out.dump(), std::nullopt};
  };
  const auto stored = stock_.move(product, move, by, request.trace.traceparent(),
                                  request_key(request, body.dump()), rendered, request.deadline);
  if (moved) moves_counter(move.reason).Increment();
  return kit::http::response_of(stored);
}

}  // namespace product
