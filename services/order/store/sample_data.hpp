#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/money/money.hpp"

namespace order {

/// Orders 1 (Alice, Laptop) and 2 (Bob, Smartphone), confirmed, in a database without orders; the next one
/// is 3. Does nothing where there is an order already; several at once are safe.
void fill_sample_data(kit::db::Database& database, kit::Currency currency);

}  // namespace order
