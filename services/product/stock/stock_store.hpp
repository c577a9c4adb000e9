#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/stock/stock_move.hpp"

#include <optional>
#include <string>
#include <vector>

// Stock as staff sees and moves it. What orders do to it is in stock_rows.hpp.
namespace product {

/// Nothing when there is no such product; retired ones have stock, too.
std::optional<StockState> stock_state(kit::db::Transaction& tx, kit::ProductId product);

struct Moved {
  StockMove move;
  StockState state;
};
/// Moves stock and writes the ledger, as `by`. Tells stock.low. Nothing when there is no such product. Throws
/// MoveRefused.
std::optional<Moved> move_stock(kit::db::Transaction& tx, kit::ProductId product, const NewMove& move,
                                kit::UserId by, const std::string& traceparent);

/// From when on it counts as low; nothing when there is no such product. Tells of nothing by itself: who sets
/// it sees what there is.
std::optional<StockState> set_low_at(kit::db::Transaction& tx, kit::ProductId product, std::int64_t low_at);

struct MovePage {
  std::vector<StockMove> moves;      ///< newest first
  std::optional<std::int64_t> next;  ///< the id before which the next page begins; nothing on the last one
};
/// Nothing when there is no such product.
std::optional<MovePage> stock_moves(kit::db::Transaction& tx, kit::ProductId product,
                                    std::optional<std::int64_t> before, int limit);

}  // namespace product
