-- Letters are searched for without their accents: "creme brulee" finds "Crème brûlée". Here and in domain/search_words.cpp alike:
-- Latin-1 and Latin Extended-A; combining marks are left out.

create or replace function search_plain(text) returns text language sql immutable parallel safe as $$
  select translate(regexp_replace($1, U&'[\0300-\036F]', '', 'g'),
    E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\t\n\rÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŌōŎŏŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽž',
    repeat(' ', 35) || 'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyyAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjKkLlLlLlLlNnNnNnOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZz')
$$;

-- Only what reads otherwise now, and not product_search: orders go on meanwhile.
create temporary table accented on commit drop as
  select p.id from products p left join categories c on c.id = p.category_id
  where p.retired_at is null
    and p.name || p.description || p.attributes::text || coalesce(c.name, '') ~ U&'[\00C0-\017F\0300-\036F]';

update product_text t set names = to_tsvector('simple', search_plain(p.name)),
  document = search_document(p.name, c.name, p.attributes, p.description) || array_to_tsvector(array['~s' || (hashint8(p.id) & 15)])
from accented a join products p on p.id = a.id left join categories c on c.id = p.category_id
where t.product_id = a.id;

delete from search_words where word <> search_plain(word);

insert into search_words (word)
select distinct w.word
from accented a join products p on p.id = a.id, unnest(tsvector_to_array(to_tsvector('simple', search_plain(p.name)))) as w(word)
where length(w.word) between 3 and 40 and w.word !~ '[0-9]'
  and not exists (select 1 from search_words k where k.word = w.word);
