#include "operator/kube/watch/watch.hpp"

#include "operator/kube/client/list_page.hpp"

namespace kube {

WatchEvent parse_watch_event(std::string_view line) {
  Object event = parse_without_managed_fields(line);
  if (!event.is_object() || !event.contains("type") || !event["type"].is_string() ||
      !event.contains("object") || !event["object"].is_object()) {
    throw ApiError(0, "Connection", "an incomplete watch event");
  }
  const auto& type = event["type"].get_ref<const std::string&>();
  auto& object = event["object"];
  if (type != "BOOKMARK" && type != "ERROR" && name(object).empty()) {
    throw ApiError(0, "Connection", "a watch event without an object");
  }
  if (type == "ADDED") return {WatchEventType::Added, std::move(object)};
  if (type == "MODIFIED") return {WatchEventType::Modified, std::move(object)};
  if (type == "DELETED") return {WatchEventType::Deleted, std::move(object)};
  if (type == "BOOKMARK") return {WatchEventType::Bookmark, std::move(object)};
  if (type == "ERROR") {
    const auto code = object.find("code");
    throw api_error(code != object.end() && code->is_number_integer() ? code->get<int>() : 500,
                    object.dump(-1, ' ', false, Object::error_handler_t::replace));
  }
  throw ApiError(0, "Connection", "a watch event of unknown type " + type);
}

WatchStream::WatchStream(Client& client, const ResourceType& type, const WatchOptions& options,
                         std::stop_token stop) {
  Call call{"GET", type.list_path(options.ns)};
  call.query = {{"watch", "true"},
                {"allowWatchBookmarks", "true"},
                {"resourceVersion", options.resource_version},
                {"timeoutSeconds", std::to_string(options.timeout.count())}};
  if (!options.label_selector.empty()) call.query["labelSelector"] = options.label_selector;
  if (options.metadata_only) call.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  lines_ = client.open(call, options.silence, std::move(stop));
}

std::optional<WatchEvent> WatchStream::next() {
  auto line = lines_->next();
  while (line && line->empty()) line = lines_->next();
  if (!line) return std::nullopt;
  return parse_watch_event(*line);
}

}  // namespace kube
