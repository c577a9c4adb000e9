#include "services/product/catalog/catalog_routes.hpp"

namespace product {
namespace {

using Counts = std::map<std::int64_t, std::int64_t>;

Ordered render(const Category& category) {
  Ordered out{{"id", category.id}, {"slug", category.slug}, {"name", category.name}};
  out["parent_id"] = category.parent ? Ordered(*category.parent) : Ordered(nullptr);
  out["products"] = category.products;
  return out;
}

Ordered render_children(const CategoryTree& tree, const Counts& totals, std::optional<std::int64_t> parent) {
  auto out = Ordered::array();
  for (const auto* category : tree.children(parent))
    out.push_back({{"id", category->id},
                   {"slug", category->slug},
                   {"name", category->name},
                   {"products", totals.at(category->id)},
                   {"children", render_children(tree, totals, category->id)}});
  return out;
}

}  // namespace

void CategoryRoutes::add_to(Router& router) const {
  router.get("/api/categories", handler_of(*this, &CategoryRoutes::list));
  router.post("/api/categories", handler_of(*this, &CategoryRoutes::create));
  router.patch("/api/categories/{id}", handler_of(*this, &CategoryRoutes::change));
  router.del("/api/categories/{id}", handler_of(*this, &CategoryRoutes::remove));
}

Response CategoryRoutes::list(const Request& request) const {
  const auto tree = categories_.tree(request.deadline);
  Counts own;
  for (const auto& category : tree.all()) own[category.id] = category.products;
  return Response::ordered(render_children(tree, tree.totals(own), std::nullopt));
}

Response CategoryRoutes::create(const Request& request) const {
  const auto created = categories_.create(read_category_data(request.json()), request.deadline);
  auto response = Response::ordered(render(created), 201);
  response.headers.set("Location", "/api/categories/" + std::to_string(created.id));
  return response;
}

Response CategoryRoutes::change(const Request& request) const {
  const auto id = request.id();
  return Response::ordered(render(categories_.change(id, request.json(), request.deadline)));
}

Response CategoryRoutes::remove(const Request& request) const {
  categories_.remove(request.id(), request.deadline);
  return Response::no_content();
}

}  // namespace product
