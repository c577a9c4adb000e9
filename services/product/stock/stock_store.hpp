#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/db/idempotency.hpp"
#include "services/kit/db/page.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/product/stock/stock_move.hpp"

#include <functional>
#include <optional>
#include <string>

namespace product {

/// Stock as staff see and move it; what orders do to it is in ReservationStore. Retired products have stock
/// too. Thread-safe. Throws ProductNotFound, kit::db::Unavailable.
class StockStore final {
 public:
  using Render = std::function<kit::db::StoredResponse(const StockMove&, const StockState&)>;

  explicit StockStore(kit::db::Database& database) : database_(database) {}

  StockState state(contracts::ProductId product, kit::Deadline deadline) const;
  /// Sets the threshold at which stock counts as low. Writes no event.
  StockState set_low_at(contracts::ProductId product, std::int64_t low_at, kit::Deadline deadline) const;
  /// The ledger, newest first, with ids below `before`.
  kit::db::Page<StockMove> moves(contracts::ProductId product, std::optional<std::int64_t> before, int limit,
                                 kit::Deadline deadline) const;
  /// Moves stock and writes the ledger and the event stock.low, once per idempotency key. Throws MoveRefused,
  /// KeyReused.
  kit::db::StoredResponse move(contracts::ProductId product, const NewMove& move, kit::UserId by,
                               const std::string& traceparent,
                               const std::optional<kit::db::IdempotencyKey>& key, const Render& render,
                               kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
