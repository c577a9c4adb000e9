#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/money/money.hpp"

#include <nlohmann/json.hpp>

namespace product {

/// sample_catalog.json: "categories" ("parent" is the slug of one listed before, "" for a root) and
/// "products" (in order of id, from 1; "cents" are hundredths of a unit).
nlohmann::json sample_catalog();

/// Fills an empty catalog with the sample shop: 100 of each product in stock, less those that the sample
/// orders 1 (Laptop) and 2 (Smartphone) bought. Leaves a catalog with products unchanged. Safe to run
/// concurrently.
void fill_sample_data(kit::db::Database& database, kit::Currency currency);

}  // namespace product
