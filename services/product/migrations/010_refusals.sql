-- What was missing when a reserve was refused. That is final for its order, so that a try of the same reserve that arrives
-- late takes nothing for an order that was rejected meanwhile; and who asks again is told the same.
alter table reservations add column refusal jsonb;
