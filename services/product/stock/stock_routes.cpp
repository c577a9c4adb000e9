#include "services/product/stock/stock_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/idempotency/answers.hpp"
#include "services/product/stock/stock_store.hpp"

namespace product::api {
namespace {

using kit::db::Transaction;
using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

kit::Problem no_product() { return kit::problem::not_found("Product not found"); }

Ordered render(kit::ProductId product, const StockState& state) {
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

kit::Problem refused(const StockState& state) {
  return kit::problem::conflict("Stock move refused",
                                "What is on hand cannot fall below what is held for orders, nor rise above " +
                                    std::to_string(MAX_ON_HAND) + ".")
      .with("on_hand", state.on_hand)
      .with("reserved", state.reserved)
      .with("available", state.available());
}

struct Routes {
  kit::db::Database& database;
  kit::Metrics& metrics;

  prometheus::Counter& moves(const std::string& reason) const {
    return metrics.counter("stock_moves_total", "Changes of stock made by staff, by reason.",
                           {{"reason", reason}});
  }

  Response show(const Request& request) const {
    const kit::ProductId product{request.id()};
    const auto state = database.read<std::optional<StockState>>(
        "stock_state", request.deadline, [&](Transaction& tx) { return stock_state(tx, product); });
    if (!state) throw no_product();
    return Response::ordered(render(product, *state));
  }

  Response change(const Request& request) const {
    const kit::ProductId product{request.id()};
    const auto low_at = read_low_at(request.json());
    const auto state = database.transact<std::optional<StockState>>(
        "stock_set_low_at", request.deadline,
        [&](Transaction& tx) { return set_low_at(tx, product, low_at); }, true);
    if (!state) throw no_product();
    return Response::ordered(render(product, *state));
  }

  Response list(const Request& request) const {
    const kit::ProductId product{request.id()};
    const auto query = kit::http::PageQuery::of(request);
    const auto page = database.read<std::optional<MovePage>>(
        "stock_moves", request.deadline,
        [&](Transaction& tx) { return stock_moves(tx, product, query.after, query.limit); });
    if (!page) throw no_product();
    auto body = Ordered::array();
    for (const auto& move : page->moves) body.push_back(render(move));
    auto response = Response::ordered(body);
    if (page->next) kit::http::link_next(response, request, query, *page->next);
    return response;
  }

  Response move(const Request& request) const try {
    const kit::ProductId product{request.id()};
    const auto by = who_asks(request).user;
    const auto body = request.json();
    const auto wanted = read_move(body);
    bool done = false;
    const auto answer = answer_once(
        database, "stock_move", request.deadline, key_of(request, body.dump()), [&](Transaction& tx) {
          const auto moved = move_stock(tx, product, wanted, by, request.trace.traceparent());
          if (!moved) throw no_product();
          done = true;
          auto out = render(moved->move);
          out["stock"] = render(product, moved->state);
          return Answer{201, out.dump(), std::nullopt};
        });
    if (done) moves(wanted.reason).Increment();
    return response_of(answer);
  } catch (const MoveRefused& error) {
    throw refused(error.state);
  } catch (const KeyReused&) {
    throw kit::http::key_reused();
  }
};

}  // namespace

void add_stock_routes(kit::http::Router& router, kit::db::Database& database, kit::Metrics& metrics) {
  const Routes routes{database, metrics};
  for (const auto* reason : {"received", "returned", "corrected"}) routes.moves(reason);
  const std::string base = "/api/products/{id}/stock";
  router.get(base, [routes](const Request& request) { return routes.show(request); });
  router.patch(base, [routes](const Request& request) { return routes.change(request); });
  router.get(base + "/moves", [routes](const Request& request) { return routes.list(request); });
  router.post(base + "/moves", [routes](const Request& request) { return routes.move(request); });
}

}  // namespace product::api
