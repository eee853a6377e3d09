/* The console's own icons, in a square of 24 as those of the widget (widget/icons.js). */
export const back = 'M15 5l-7 7 7 7';
export const block = 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM6 6l12 12';
export const check = 'M4.5 12.5l5 5 10-11';
export const eye =
  'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z';
export const gauge = 'M4 18a9 9 0 1 1 16 0M12 14l4-5';
export const note = 'M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 9h7M8.5 12.5h4';
export const pencil = 'M5 19l1-4L16 5l3 3L9 18zM13.5 7.5l3 3';
export const search = 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20.5 20.5';
export const spark = 'M12 4v4M12 16v4M4 12h4M16 12h4M6.5 6.5l2.5 2.5M15 15l2.5 2.5M17.5 6.5L15 9M9 15l-2.5 2.5';
export const transfer = 'M4 9h14l-4-4M20 15H6l4 4';
/* Presence is told by its shape too. */
export const online = 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM9.5 12.2l1.8 1.8 3.4-4';
export const away = 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM12 9v3.2l2 1.2';
export const offline = 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM9.8 9.8l4.4 4.4M14.2 9.8l-4.4 4.4';
